/* A plugin by hand: two columns of text views and numbers, one habit a setting can choose. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "homeroom/plugin.h"
#include "homeroom/services.h"

typedef struct view {
  int32_t size;
  char prefix[4];
  int32_t buffer;
  int32_t offset;
} view;

typedef struct parrot {
  const hr_host* host;
  char habit[32];
  char sign_in[32];
  int takes;
  int rows;
} parrot;

static hr_text text(const char* from) {
  hr_text made = {from, strlen(from)};
  return made;
}

static int has(const parrot* self, const char* habit) {
  return strcmp(self->habit, habit) == 0;
}

static int32_t fail(hr_error* err, int32_t code, const char* message, uint32_t retry_after) {
  memset(err, 0, sizeof *err);
  err->retry_after_s = retry_after;
  strncpy(err->message, message, sizeof err->message - 1);
  return code;
}

static int is(hr_text key, const char* name) {
  return key.size == strlen(name) && memcmp(key.data, name, key.size) == 0;
}

static int32_t open_parrot(const hr_host* host, const hr_setting* settings, size_t count,
                           void** out, hr_error* err) {
  parrot* self = calloc(1, sizeof *self);
  size_t i;
  self->host = host;
  self->takes = HR_DELTA;
  self->rows = 3;
  for (i = 0; i < count; ++i) {
    if (is(settings[i].key, "habit") && settings[i].value.size < sizeof self->habit)
      memcpy(self->habit, settings[i].value.data, settings[i].value.size);
    if (is(settings[i].key, "sign_in") && settings[i].value.size < sizeof self->sign_in)
      memcpy(self->sign_in, settings[i].value.data, settings[i].value.size);
    if (is(settings[i].key, "takes") && is(settings[i].value, "snapshot"))
      self->takes = HR_SNAPSHOT;
  }
  if (has(self, "will not open")) {
    free(self);
    return fail(err, HR_SETTINGS, "setting 'habit' is unwelcome", 0);
  }
  *out = self;
  return HR_OK;
}

static int32_t streams(void* me, void* ctx, void (*tell)(void*, const hr_stream*), hr_error* err) {
  parrot* self = me;
  hr_column columns[2];
  hr_stream stream;
  if (has(self, "is busy")) return fail(err, HR_RETRY, "the cage is covered", 90);
  columns[0].name = text("id");
  columns[0].format = text("vu");
  columns[1].name = text("count");
  columns[1].format = text("l");
  memset(&stream, 0, sizeof stream);
  stream.size = has(self, "tells a short stream") ? 4 : sizeof stream;
  stream.name = text("words");
  stream.columns = columns;
  stream.n_columns = 2;
  stream.key = text("id,count");
  stream.subject = text("id");
  stream.space = text("parrot.id");
  stream.gone = HR_GONE_ABSENT;
  stream.mode = -1;
  tell(ctx, &stream);
  return HR_OK;
}

/* What a batch is made of; lives in the reader, used again for each batch. */
typedef struct reading {
  parrot* owner;
  int given;
  view views[4];
  int64_t counts[4];
  char bytes[64];
  int64_t sizes[1];
  const void* buffers[2][4];
  const void* top[1];
  struct ArrowArray arrays[2];
  struct ArrowArray* array_list[2];
  struct ArrowSchema schemas[2];
  struct ArrowSchema* schema_list[2];
} reading;

static void drop_array(struct ArrowArray* array) {
  array->release = NULL;
}
static void drop_schema(struct ArrowSchema* schema) {
  schema->release = NULL;
}

static void fill(reading* r, hr_batch* batch) {
  parrot* self = r->owner;
  memset(&batch->schema, 0, sizeof batch->schema);
  memset(&batch->rows, 0, sizeof batch->rows);
  memset(r->views, 0, sizeof r->views);
  memcpy(r->bytes, "a word of more than twelve", 26);
  r->views[0].size = 5;
  memcpy(r->views[0].prefix, "short", 5);
  if (has(self, "leaves dirt")) memset((char*)&r->views[0] + 9, 'x', 7);
  r->views[1].size = 26;
  r->views[2].size = 0;
  if (has(self, "points outside")) r->views[1].offset = 60;
  if (has(self, "points before")) r->views[1].offset = -5;
  if (has(self, "points elsewhere")) r->views[1].buffer = 7;
  if (has(self, "negative size")) r->views[1].size = -1;
  r->counts[0] = 1;
  r->counts[1] = 2;
  r->counts[2] = 3;
  r->sizes[0] = sizeof r->bytes;
  r->buffers[0][0] = NULL;
  r->buffers[0][1] = r->views;
  r->buffers[0][2] = r->bytes;
  r->buffers[0][3] = r->sizes;
  r->buffers[1][0] = NULL;
  r->buffers[1][1] = r->counts;
  memset(r->arrays, 0, sizeof r->arrays);
  memset(r->schemas, 0, sizeof r->schemas);
  r->schemas[0].format = "vu";
  r->schemas[0].name = "id";
  r->schemas[1].format = has(self, "strange type") ? "+m" : "l";
  r->schemas[1].name = has(self, "same name twice") ? "id" : "count";
  r->arrays[0].length = 3;
  r->arrays[0].n_buffers = has(self, "too few buffers") ? 2 : 4;
  r->arrays[0].buffers = r->buffers[0];
  r->arrays[1].length = has(self, "short column") ? 1 : 3;
  r->arrays[1].n_buffers = 2;
  r->arrays[1].buffers = r->buffers[1];
  if (has(self, "counts nulls without bits")) r->arrays[1].null_count = 1;
  r->array_list[0] = &r->arrays[0];
  r->array_list[1] = &r->arrays[1];
  r->schema_list[0] = &r->schemas[0];
  r->schema_list[1] = &r->schemas[1];
  batch->schema.format = "+s";
  batch->schema.name = "";
  batch->schema.n_children = 2;
  batch->schema.children = r->schema_list;
  batch->schema.release = drop_schema;
  batch->rows.length = has(self, "too many rows") ? 70000 : 3;
  batch->rows.n_buffers = 1;
  batch->rows.buffers = r->top;
  batch->rows.n_children = has(self, "column too few") ? 1 : 2;
  batch->rows.children = r->array_list;
  batch->rows.release = drop_array;
  batch->first_record = 1;
  batch->place = text("words.txt");
  batch->cursor = text("3");
}

static void say(const parrot* self, const char* what, hr_text value) {
  char line[600];
  snprintf(line, sizeof line, "%s %.*s", what, (int)value.size, value.data);
  self->host->log(self->host->ctx, 1, text(line));
}

/* Leaves a file of `bytes`, most of it a hole, where files do not stay. */
static void leave_scratch(const parrot* self, long bytes) {
  const hr_scratch* scratch = self->host->service(self->host->ctx, HR_SCRATCH);
  char name[600];
  FILE* file;
  snprintf(name, sizeof name, "%s/feathers", scratch->path.data);
  file = fopen(name, "w");
  if (file) {
    fseek(file, bytes - 1, SEEK_SET);
    fputc('.', file);
    fclose(file);
  }
  say(self, file ? "left in" : "could not write in", scratch->path);
}

static int32_t next(void* me, hr_batch* batch, hr_end* end, hr_error* err) {
  reading* r = me;
  parrot* self = r->owner;
  if (has(self, "unknown code")) return 99;
  if (has(self, "stops when asked") && self->host->stopping(self->host->ctx))
    return fail(err, HR_STOPPED, "stopped", 0);
  if (has(self, "waits")) {
    const hr_wait* wait = self->host->service(self->host->ctx, HR_WAIT);
    if (wait->wait(wait->ctx, r->given ? 3600000 : 1))
      return fail(err, HR_STOPPED, "stopped while waiting", 0);
  }
  if (has(self, "leaves scratch")) leave_scratch(self, 10);
  if (has(self, "leaves much scratch")) {
    const hr_wait* wait = self->host->service(self->host->ctx, HR_WAIT);
    leave_scratch(self, 2L << 30);
    wait->wait(wait->ctx, 1500); /* the hub looks once a second */
    r->given = 0;
  }
  if (has(self, "says what it signs in with")) say(self, "signs in with", text(self->sign_in));
  if (r->given++ == 0) {
    hr_aside aside;
    memset(&aside, 0, sizeof aside);
    aside.size = sizeof aside;
    aside.record = 4;
    aside.line = 4;
    aside.why = text("3 cells, the header has 2");
    self->host->set_aside(self->host->ctx, &aside);
    self->host->log(self->host->ctx, 1, text("the parrot reads"));
    fill(r, batch);
    return HR_OK;
  }
  end->complete = 1;
  end->proof = has(self, "proves too much") ? 17 : HR_PROOF_SETTLED;
  end->records = 4;
  end->set_aside = 1;
  end->cursor = text("end");
  return HR_OK;
}

static void release_reading(void* me) {
  free(me);
}

static int32_t read_words(void* me, const hr_read* what, hr_reader* out, hr_error* err) {
  reading* r;
  if (!is(what->stream, "words")) return fail(err, HR_DATA, "there is no such stream", 0);
  r = calloc(1, sizeof *r);
  r->owner = me;
  out->self = r;
  out->next = next;
  out->release = release_reading;
  return HR_OK;
}

/* How long a body is and what its bytes are, folded. */
static void say_what_came(const parrot* self, hr_text body) {
  char line[64];
  uint32_t sum = 2166136261u;
  size_t i;
  for (i = 0; i < body.size; ++i) sum = (sum ^ (unsigned char)body.data[i]) * 16777619u;
  snprintf(line, sizeof line, "body of %lu bytes, %lu", (unsigned long)body.size,
           (unsigned long)sum);
  self->host->log(self->host->ctx, 1, text(line));
}

typedef struct writing {
  parrot* owner;
  hr_delivery delivery;
} writing;

static int32_t put(void* me, const hr_share* shares, size_t count, hr_error* err) {
  writing* w = me;
  size_t i;
  (void)err;
  for (i = 0; i < count; ++i) {
    int32_t verdict = shares[i].sequence % 2 ? HR_TAKEN : HR_REFUSED;
    if (has(w->owner, "answers nothing")) continue;
    if (has(w->owner, "says what came")) say_what_came(w->owner, shares[i].body);
    w->delivery.answer(w->delivery.ctx, shares[i].key, verdict, text("HTTP 422 at /grade"));
    if (has(w->owner, "answers twice"))
      w->delivery.answer(w->delivery.ctx, shares[i].key, verdict, text(""));
  }
  return HR_OK;
}

static int32_t finish(void* me, hr_error* err) {
  writing* w = me;
  if (has(w->owner, "asks for patience")) return fail(err, HR_RETRY, "HTTP 429", 7);
  return HR_OK;
}

static int32_t takes(void* me) {
  return ((parrot*)me)->takes;
}

static int32_t begin(void* me, const hr_delivery* what, hr_writer* out, hr_error* err) {
  writing* w = calloc(1, sizeof *w);
  (void)err;
  w->owner = me;
  w->delivery = *what;
  out->self = w;
  out->put = put;
  out->finish = finish;
  out->release = free;
  return HR_OK;
}

static int32_t check(void* me, hr_error* err) {
  if (has(me, "cannot sign in")) return fail(err, HR_SIGN_IN, "HTTP 401", 0);
  return HR_OK;
}

static const hr_discover discover_table = {sizeof(hr_discover), streams};
static const hr_source source_table = {sizeof(hr_source), read_words};
static const hr_sink sink_table = {sizeof(hr_sink), takes, begin};
static const hr_check check_table = {sizeof(hr_check), check};

static const void* contract(const char* id) {
  if (strcmp(id, HR_DISCOVER) == 0) return &discover_table;
  if (strcmp(id, HR_SOURCE) == 0) return &source_table;
  if (strcmp(id, HR_SINK) == 0) return &sink_table;
  if (strcmp(id, HR_CHECK) == 0) return &check_table;
  return NULL;
}

#ifdef HABIT_OTHER_MAJOR
#define PARROT_ABI (9u << 16)
#else
#define PARROT_ABI HR_ABI
#endif
#ifdef HABIT_OTHER_NAME
#define PARROT_NAME "budgie"
#else
#define PARROT_NAME "parrot"
#endif
#ifdef HABIT_OTHER_VERSION
#define PARROT_VERSION "9.9.9"
#else
#define PARROT_VERSION "1.2.3"
#endif

static const hr_plugin table = {sizeof(hr_plugin), PARROT_ABI, PARROT_NAME, PARROT_VERSION,
                                open_parrot,       free,       contract};

__attribute__((visibility("default"))) const hr_plugin* homeroom_plugin(uint32_t hub_abi) {
#ifdef HABIT_REFUSES_HUB
  (void)hub_abi;
  (void)table;
  return NULL;
#else
  return hub_abi >> 16 == HR_ABI_MAJOR ? &table : NULL;
#endif
}
