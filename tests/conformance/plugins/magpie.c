/* A source of lines "id|name|note" and a sink into one file. Honest, unless a setting gives it a
 * bad habit: each habit breaks one promise of the contract, and the kit must see which. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "homeroom/plugin.h"

#ifndef HABIT_HIDES_A_CONTRACT
#define HABIT_HIDES_A_CONTRACT 0
#endif
#ifndef HABIT_HIDES_DISCOVER
#define HABIT_HIDES_DISCOVER 0
#endif
#ifndef HABIT_SERVES_ANY_HUB
#define HABIT_SERVES_ANY_HUB 0
#endif
#define MOST_LINES 64
#define COLUMNS 3
#define MOST_ASKED 16

typedef struct magpie {
  hr_host host;
  const hr_host* borrowed;
  char habit[48], path[512], out[512];
  int is_busy, looks, reads, is_reading, sends;
} magpie;

static hr_text text(const char* from) {
  hr_text made = {from, strlen(from)};
  return made;
}

static int has(const magpie* self, const char* habit) {
  return strcmp(self->habit, habit) == 0;
}

static int is(hr_text one, const char* other) {
  return one.size == strlen(other) && memcmp(one.data, other, one.size) == 0;
}

static int32_t fail(hr_error* err, int32_t code, const char* message) {
  memset(err, 0, sizeof *err);
  snprintf(err->message, sizeof err->message, "%s", message);
  return code;
}

static void keep(char* to, size_t room, hr_text from) {
  size_t size = from.size < room ? from.size : room - 1;
  memcpy(to, from.data, size);
  to[size] = 0;
}

/* ---- settings ---- */

static int32_t open_magpie(const hr_host* host, const hr_setting* settings, size_t count,
                           void** out, hr_error* err) {
  magpie* self = calloc(1, sizeof *self);
  int has_path = 0;
  size_t i;
  char secret[256] = "";
  if (!self) return fail(err, HR_RETRY, "out of memory");
  memcpy(&self->host, host, host->size < sizeof self->host ? host->size : sizeof self->host);
  self->borrowed = host;
  for (i = 0; i < count; ++i) {
    if (is(settings[i].key, "habit")) keep(self->habit, sizeof self->habit, settings[i].value);
    if (is(settings[i].key, "mood")) self->is_busy = is(settings[i].value, "busy");
    if (is(settings[i].key, "out")) keep(self->out, sizeof self->out, settings[i].value);
    if (is(settings[i].key, "secret")) keep(secret, sizeof secret, settings[i].value);
    if (is(settings[i].key, "path")) {
      keep(self->path, sizeof self->path, settings[i].value);
      has_path = settings[i].value.size > 0;
    }
  }
  if (!has_path && !has(self, "needs nothing")) {
    int32_t code = has(self, "calls a setting a bug") ? HR_BUG : HR_SETTINGS;
    free(self);
    return fail(err, code, "setting path is missing");
  }
  if (!*self->out && !has(self, "needs nothing")) {
    free(self);
    return fail(err, HR_SETTINGS, "setting out is missing");
  }
  if (has(self, "looks too early") && access(self->path, R_OK) != 0) {
    free(self);
    return fail(err, HR_SETTINGS, "setting path names no file");
  }
  if (has(self, "refuses a busy mood") && self->is_busy) {
    free(self);
    return fail(err, HR_SETTINGS, "setting mood: busy needs another setting");
  }
  if (has(self, "repeats the secret") && strncmp(secret, "invented", 8) != 0) {
    char message[400];
    snprintf(message, sizeof message, "setting secret is not %s", secret);
    free(self);
    return fail(err, HR_SETTINGS, message);
  }
  *out = self;
  return HR_OK;
}

static void close_magpie(void* me) {
  magpie* self = me;
  if (has(self, "leaks")) return;
  free(self);
}

static int32_t check(void* me, hr_error* err) {
  magpie* self = me;
  if (has(self, "is not there")) return fail(err, HR_RETRY, "nobody answers");
  if (has(self, "is never content")) return fail(err, HR_BUG, "not content");
  if (access(self->path, R_OK) != 0)
    return fail(err, has(self, "calls data a bug") ? HR_BUG : HR_DATA, "the file cannot be opened");
  return HR_OK;
}

/* ---- discover ---- */

static const char* const names[COLUMNS] = {"id", "name", "note"};

static int32_t streams(void* me, void* ctx, void (*tell)(void*, const hr_stream*), hr_error* err) {
  magpie* self = me;
  hr_column columns[COLUMNS];
  hr_stream stream;
  int i;
  if (access(self->path, R_OK) != 0) return fail(err, HR_DATA, "the file cannot be opened");
  for (i = 0; i < COLUMNS; ++i) {
    columns[i].name = text(names[i]);
    columns[i].format = text("u");
  }
  if (has(self, "tells another type")) columns[1].format = text("l");
  if (has(self, "tells another name the second time") && self->looks++)
    columns[2].name = text("word");
  memset(&stream, 0, sizeof stream);
  stream.size = sizeof stream;
  stream.name = text("finds");
  stream.columns = columns;
  stream.n_columns = COLUMNS;
  stream.key = text(has(self, "tells another key") ? "name" : "id");
  stream.subject = text("id");
  stream.space = text("magpie.id");
  stream.gone = HR_GONE_ABSENT;
  stream.mode = HR_FULL;
  tell(ctx, &stream);
  if (has(self, "tells a stream twice")) tell(ctx, &stream);
  return HR_OK;
}

/* ---- read ---- */

typedef struct line {
  char* cells[COLUMNS];
  int64_t offset;
} line;

typedef struct reading {
  magpie* owner;
  pthread_t thread;
  char* bytes;
  size_t size;
  struct stat seen;
  line lines[MOST_LINES];
  int count, next, asides, batches;
  int asked[MOST_ASKED], n_asked;
  char asked_names[MOST_ASKED][32];
  uint32_t max_rows;
  int ends_whole;
  char cursor[32];
  char* text_bytes;
  int32_t offsets[COLUMNS + MOST_ASKED][MOST_LINES + 1];
  uint8_t valid[MOST_ASKED][MOST_LINES / 8 + 1];
  int64_t numbers[2][MOST_LINES];
  const void* buffers[MOST_ASKED + 2][3];
  const void* top[1];
  struct ArrowArray arrays[MOST_ASKED + 2];
  struct ArrowArray* array_list[MOST_ASKED + 2];
  struct ArrowSchema schemas[MOST_ASKED + 2];
  struct ArrowSchema* schema_list[MOST_ASKED + 2];
} reading;

static void drop_array(struct ArrowArray* array) {
  array->release = NULL;
}
static void drop_schema(struct ArrowSchema* schema) {
  schema->release = NULL;
}

static void say(magpie* self, const char* what) {
  self->host.log(self->host.ctx, 1, text(what));
}

static void set_aside(reading* r, int record, const char* why) {
  hr_aside aside;
  memset(&aside, 0, sizeof aside);
  aside.size = sizeof aside;
  aside.record = aside.line = (uint64_t)record;
  aside.why = text(why);
  r->owner->host.set_aside(r->owner->host.ctx, &aside);
  ++r->asides;
}

/* Cuts the file into lines and those into cells; a line of other shape is set aside. Lines keep
 * their number by being numbered before the ones set aside, which all stand at the end of the
 * sample. */
static void cut(reading* r) {
  char* at = r->bytes;
  int number = 0;
  r->ends_whole = r->size > 0 && r->bytes[r->size - 1] == '\n';
  while (at < r->bytes + r->size && r->count < MOST_LINES) {
    char* end = memchr(at, '\n', r->size - (size_t)(at - r->bytes));
    char* one = at;
    line* to = &r->lines[r->count];
    int cells = 0;
    if (!end && has(r->owner, "drops an unended line")) break;
    if (!end) end = r->bytes + r->size;
    *end = 0;
    if (has(r->owner, "repeats bad lines, tells no place") && !strchr(one, '|')) say(r->owner, one);
    ++number;
    to->offset = at - r->bytes;
    while (cells < COLUMNS) {
      char* bar = strchr(one, '|');
      to->cells[cells++] = one;
      if (!bar) break;
      *bar = 0;
      one = bar + 1;
    }
    at = end + 1;
    if (cells == COLUMNS && to->cells[0][0] && (size_t)(end - to->cells[2]) == strlen(to->cells[2]))
      ++r->count;
    else if (has(r->owner, "calls a cut file whole"))
      while (cells < COLUMNS) to->cells[cells++] = end, r->count += cells == COLUMNS;
    else
      set_aside(r, number, "not 3 cells");
  }
}

static int32_t load(reading* r, hr_error* err) {
  FILE* file = fopen(r->owner->path, "rb");
  if (!file) return fail(err, HR_DATA, "the file cannot be opened");
  fstat(fileno(file), &r->seen);
  r->bytes = malloc((size_t)r->seen.st_size + 2);
  if (!r->bytes && !has(r->owner, "dies without memory")) {
    fclose(file);
    return fail(err, HR_RETRY, "out of memory");
  }
  if (has(r->owner, "dies without memory")) {
    volatile char* much = malloc((size_t)8 << 20);
    much[0] = 1;
    free((void*)much);
  }
  r->size = fread(r->bytes, 1, (size_t)r->seen.st_size, file);
  r->bytes[r->size] = 0;
  if (!has(r->owner, "keeps files open")) fclose(file);
  cut(r);
  return HR_OK;
}

static int shows_growth(const reading* r) {
  struct stat now;
  return stat(r->owner->path, &now) != 0 || now.st_size != r->seen.st_size;
}

static void fill_column(reading* r, int at, int rows) {
  int column = r->asked[at];
  int row;
  int32_t used = at ? r->offsets[at - 1][rows] : 0;
  memset(r->valid[at], 0, sizeof r->valid[at]);
  r->offsets[at][0] = used;
  r->arrays[at].null_count = 0;
  for (row = 0; row < rows; ++row) {
    const char* cell = column < 0 ? "" : r->lines[r->next + row].cells[column];
    if (has(r->owner, "gives rows without a key") && column == 0 && r->next + row == 1) cell = "";
    if (has(r->owner, "mixes up columns") && r->n_asked == 1)
      cell = r->lines[r->next + row].cells[2 - column];
    memcpy(r->text_bytes + used, cell, strlen(cell));
    used += (int32_t)strlen(cell);
    r->offsets[at][row + 1] = used;
    if (*cell)
      r->valid[at][row / 8] |= (uint8_t)(1 << row % 8);
    else
      ++r->arrays[at].null_count;
  }
  r->buffers[at][0] = r->valid[at];
  r->buffers[at][1] = r->offsets[at];
  r->buffers[at][2] = r->text_bytes;
  r->arrays[at].n_buffers = 3;
  r->schemas[at].format = "u";
  r->schemas[at].name = r->asked_names[at];
}

static void fill_numbers(reading* r, int at, int which, int rows) {
  int row;
  for (row = 0; row < rows; ++row) {
    int number = r->next + row;
    r->numbers[which][row] = which ? r->lines[number].offset : number + 1;
    if (has(r->owner, "counts lines backwards") && !which) r->numbers[which][row] = 1000 - number;
  }
  r->buffers[at][0] = NULL;
  r->buffers[at][1] = r->numbers[which];
  r->arrays[at].n_buffers = 2;
  r->schemas[at].format = "l";
  r->schemas[at].name = which ? "_offset" : "_line";
}

static void fill(reading* r, hr_batch* batch, int rows) {
  int i, width = r->n_asked + 2;
  memset(&batch->schema, 0, sizeof batch->schema);
  memset(&batch->rows, 0, sizeof batch->rows);
  memset(r->arrays, 0, sizeof r->arrays);
  memset(r->schemas, 0, sizeof r->schemas);
  for (i = 0; i < r->n_asked; ++i) fill_column(r, i, rows);
  fill_numbers(r, r->n_asked, 0, rows);
  fill_numbers(r, r->n_asked + 1, 1, rows);
  for (i = 0; i < width; ++i) {
    r->arrays[i].length = rows;
    r->arrays[i].buffers = r->buffers[i];
    r->array_list[i] = &r->arrays[i];
    r->schema_list[i] = &r->schemas[i];
  }
  batch->schema.format = "+s";
  batch->schema.name = "";
  batch->schema.n_children = batch->rows.n_children = width;
  batch->schema.children = r->schema_list;
  batch->schema.release = drop_schema;
  batch->rows.length = rows;
  batch->rows.n_buffers = 1;
  batch->rows.buffers = r->top;
  batch->rows.children = r->array_list;
  batch->rows.release = drop_array;
  batch->first_record = (uint64_t)r->next + 1;
  batch->place = text(has(r->owner, "repeats bad lines, tells no place") ? "" : "finds.txt");
  r->next += rows;
  snprintf(r->cursor, sizeof r->cursor, "after %d", r->next);
  batch->cursor = text(r->cursor);
}

static void finish(reading* r, hr_end* end) {
  magpie* self = r->owner;
  end->complete = !shows_growth(r) || has(self, "sees no growth");
  end->complete =
      end->complete && (r->ends_whole || r->size == 0 || has(self, "calls a cut file whole") ||
                        has(self, "drops an unended line"));
  end->proof = has(self, "calls a cut file whole") ? HR_PROOF_COUNT : HR_PROOF_SETTLED;
  if (!end->complete) end->proof = HR_PROOF_NONE;
  end->records = (uint64_t)(r->count + r->asides) + (has(self, "counts wrong") ? 1 : 0);
  if (has(self, "counts the header") && r->count == 0) end->records = 1;
  end->set_aside = (uint64_t)r->asides;
  if (has(self, "gives all as changes")) end->cursor = text("after 0");
}

static void misbehave(const magpie* self) {
  if (has(self, "crashes")) abort();
  if (has(self, "exits")) exit(3);
  if (has(self, "hangs"))
    for (;;) usleep(1000);
  if (has(self, "speaks a name and exits")) {
    puts("Silver Spoonsby");
    exit(3);
  }
  if (has(self, "speaks")) puts("a magpie speaks");
  if (has(self, "forks") && fork() == 0)
    for (;;) usleep(1000);
  if (has(self, "forks into a session") && fork() == 0) {
    setsid();
    for (;;) usleep(1000);
  }
}

static int stops(reading* r) {
  if (has(r->owner, "never asks")) return 0;
  return r->owner->host.stopping(r->owner->host.ctx) != 0;
}

static int32_t next(void* me, hr_batch* batch, hr_end* end, hr_error* err) {
  reading* r = me;
  magpie* self = r->owner;
  int rows = r->count - r->next;
  batch->rows.release = NULL;
  misbehave(self);
  if (has(self, "stays on one thread") && !pthread_equal(r->thread, pthread_self()))
    return fail(err, HR_BUG, "another thread");
  if (stops(r)) {
    if (!has(self, "calls a part the whole")) return fail(err, HR_STOPPED, "stopped");
    r->next = r->count;
    rows = 0;
  }
  if (rows > (int)r->max_rows) rows = (int)r->max_rows;
  if (has(self, "repeats a name") && r->next > 0) return fail(err, HR_DATA, r->lines[0].cells[1]);
  if (rows == 0) {
    finish(r, end);
    return HR_OK;
  }
  if (has(self, "logs rows")) say(self, r->lines[r->next].cells[1]);
  if (has(self, "forgets rows in small batches") && r->max_rows < 3 && r->batches++ == 1) ++r->next;
  if (r->next + rows > r->count) rows = r->count - r->next;
  fill(r, batch, rows);
  return HR_OK;
}

static void release_reading(void* me) {
  reading* r = me;
  if (!has(r->owner, "reads once") || r->next == r->count) r->owner->is_reading = 0;
  free(r->bytes);
  free(r->text_bytes);
  free(r);
}

static int column_named(hr_text name) {
  int i;
  for (i = 0; i < COLUMNS; ++i)
    if (is(name, names[i])) return i;
  return -1;
}

static int32_t take_columns(reading* r, const hr_read* what, hr_error* err) {
  size_t i;
  for (i = 0; i < what->n_columns && r->n_asked < MOST_ASKED; ++i) {
    hr_text name = what->columns[i];
    int may_be_missing = name.size && name.data[name.size - 1] == '?';
    int column;
    if (may_be_missing) --name.size;
    column = column_named(name);
    if (column < 0 && may_be_missing) continue;
    if (column < 0 && !has(r->owner, "invents columns")) {
      char message[300];
      snprintf(message, sizeof message, "there is no column %.*s",
               (int)(name.size < 200 ? name.size : 200), name.data);
      return fail(err, HR_DATA, message);
    }
    keep(r->asked_names[r->n_asked], sizeof r->asked_names[0], name);
    r->asked[r->n_asked++] = column;
  }
  return HR_OK;
}

static int32_t take_cursor(reading* r, hr_text since, hr_error* err) {
  char whole[32];
  int after;
  if (since.size == 0) return HR_OK;
  keep(whole, sizeof whole, since);
  if (sscanf(whole, "after %d", &after) != 1 || after < 0 || after > r->count) {
    if (has(r->owner, "takes any cursor")) return HR_OK;
    return fail(err, HR_DATA, "the cursor is not one of this source");
  }
  r->next = has(r->owner, "resumes one row early") && after > 0 ? after - 1 : after;
  return HR_OK;
}

static void* wait_a_little(void* me) {
  usleep(200 * 1000);
  return me;
}

static void* idle(void* me) {
  (void)me;
  for (;;) usleep(1000);
  return NULL;
}

static int32_t start(reading* r, const hr_read* what, hr_error* err) {
  magpie* self = r->owner;
  int32_t code = load(r, err);
  if (code == HR_OK) code = take_columns(r, what, err);
  if (code == HR_OK) code = take_cursor(r, what->since, err);
  if (code != HR_OK) return code;
  if (has(self, "loses a row the second time") && self->reads++ && r->count) --r->count;
  if (what->mode == HR_KEYS && r->count && has(self, "forgets a key")) --r->count;
  r->text_bytes = malloc(r->size * MOST_ASKED + 64);
  if (!r->text_bytes) return fail(err, HR_RETRY, "out of memory");
  if (has(self, "leaves a thread") || has(self, "ends its thread a little later")) {
    void* (*work)(void*) = has(self, "leaves a thread") ? idle : wait_a_little;
    pthread_t thread;
    if (pthread_create(&thread, NULL, work, NULL) == 0) pthread_detach(thread);
  }
  return HR_OK;
}

static int32_t read_lines(void* me, const hr_read* what, hr_reader* out, hr_error* err) {
  magpie* self = me;
  reading* r;
  int32_t code;
  if (!is(what->stream, "finds") && !has(self, "reads any stream"))
    return fail(err, HR_DATA, "there is no such stream");
  if (what->mode == HR_CHANGES && !has(self, "gives all as changes"))
    return fail(err, HR_UNSUPPORTED, "a file says nothing of changes");
  if (has(self, "reads once") && self->is_reading) return fail(err, HR_BUG, "a reader is out");
  if (has(self, "touches what is behind") &&
      ((volatile const char*)self->borrowed)[self->borrowed->size] == 42)
    return fail(err, HR_BUG, "42");
  r = calloc(1, sizeof *r);
  if (!r) return fail(err, HR_RETRY, "out of memory");
  r->owner = self;
  r->thread = pthread_self();
  r->max_rows = what->max_rows < MOST_LINES ? what->max_rows : MOST_LINES;
  self->is_reading = 1;
  code = start(r, what, err);
  if (code != HR_OK) {
    release_reading(r);
    return code;
  }
  out->self = r;
  out->next = next;
  out->release = release_reading;
  return HR_OK;
}

/* ---- write ---- */

typedef struct writing {
  magpie* owner;
  hr_delivery delivery;
  char temporary[600];
  FILE* file;
  char* keys[MOST_LINES];
  int count, ignores;
} writing;

static const char* path_of(const writing* w) {
  return has(w->owner, "shows too early") ? w->owner->out : w->temporary;
}

static void write_one(writing* w, const hr_share* share) {
  fprintf(w->file, "%.*s %.*s\n", (int)share->id.size, share->id.data, (int)share->body.size,
          share->body.data);
  w->keys[w->count] = malloc(share->key.size + 1);
  if (w->keys[w->count]) keep(w->keys[w->count++], share->key.size + 1, share->key);
}

static int32_t put(void* me, const hr_share* shares, size_t count, hr_error* err) {
  writing* w = me;
  magpie* self = w->owner;
  const char* at = (const char*)shares;
  size_t i;
  if (self->host.stopping(self->host.ctx)) return fail(err, HR_STOPPED, "stopped");
  for (i = 0; i < count && w->count < MOST_LINES; ++i) {
    const hr_share* share = (const hr_share*)at;
    at += has(self, "steps by its own size") ? sizeof *shares : shares->size;
    if (self->is_busy) {
      if (has(self, "refuses while busy"))
        w->delivery.answer(w->delivery.ctx, share->key, HR_REFUSED, text("busy"));
      continue;
    }
    if (has(self, "logs shares")) {
      char said[200];
      snprintf(said, sizeof said, "writes %.*s",
               (int)(share->body.size < 150 ? share->body.size : 150), share->body.data);
      say(self, said);
    }
    if (is(share->id, "kit-3")) {
      w->delivery.answer(w->delivery.ctx, share->key, HR_REFUSED,
                         text(has(self, "refuses without a word") ? "" : "no room for it"));
      continue;
    }
    if (has(self, "forgets a receipt") && is(share->id, "kit-5")) continue;
    if (has(self, "refuses more") && is(share->id, "kit-5")) {
      w->delivery.answer(w->delivery.ctx, share->key, HR_REFUSED, text("no"));
      continue;
    }
    w->ignores |= share->operation == HR_REMOVE && has(self, "ignores removals");
    write_one(w, share);
  }
  if (has(self, "writes the size of each step")) fprintf(w->file, "%d\n", (int)count);
  return HR_OK;
}

static int32_t finish_writing(void* me, hr_error* err) {
  writing* w = me;
  magpie* self = w->owner;
  int i;
  if (self->is_busy) return fail(err, HR_RETRY, "busy");
  if (has(self, "writes another thing each time")) fprintf(w->file, "%d\n", self->sends++);
  fclose(w->file);
  w->file = NULL;
  if (has(self, "takes and drops") || w->ignores)
    remove(path_of(w));
  else if (rename(path_of(w), self->out) != 0)
    return fail(err, HR_RETRY, "the file cannot be renamed");
  for (i = 0; i < w->count; ++i)
    w->delivery.answer(w->delivery.ctx, text(w->keys[i]), HR_TAKEN, text(""));
  if (w->delivery.shares == 0 && has(self, "wants at least one"))
    return fail(err, HR_BUG, "nothing");
  return HR_OK;
}

static void release_writing(void* me) {
  writing* w = me;
  int i;
  if (w->file) {
    fclose(w->file);
    if (!has(w->owner, "shows too early")) remove(w->temporary);
  }
  for (i = 0; i < w->count; ++i) free(w->keys[i]);
  free(w);
}

static int32_t takes(void* me) {
  return has(me, "wants neither kind") ? 7 : HR_DELTA;
}

static int32_t begin(void* me, const hr_delivery* what, hr_writer* out, hr_error* err) {
  writing* w = calloc(1, sizeof *w);
  if (!w) return fail(err, HR_RETRY, "out of memory");
  w->owner = me;
  memcpy(&w->delivery, what, sizeof w->delivery);
  snprintf(w->temporary, sizeof w->temporary, "%s.new", w->owner->out);
  w->file = fopen(path_of(w), "wb");
  if (!w->file) {
    free(w);
    return fail(err, HR_SETTINGS, "setting out names no file that can be written");
  }
  out->self = w;
  out->put = put;
  out->finish = finish_writing;
  out->release = release_writing;
  return HR_OK;
}

/* ---- the table ---- */

static const hr_discover discover_table = {sizeof(hr_discover), streams};
static const hr_source source_table = {sizeof(hr_source), read_lines};
static const hr_sink sink_table = {sizeof(hr_sink), takes, begin};
static const hr_check check_table = {sizeof(hr_check), check};

static const void* contract(const char* id) {
  if (strcmp(id, HR_DISCOVER) == 0 && !HABIT_HIDES_DISCOVER) return &discover_table;
  if (strcmp(id, HR_SOURCE) == 0) return &source_table;
  if (strcmp(id, HR_SINK) == 0) return &sink_table;
  if (HABIT_HIDES_A_CONTRACT) return NULL;
  return strcmp(id, HR_CHECK) == 0 ? &check_table : NULL;
}

static const hr_plugin table = {sizeof(hr_plugin), HR_ABI,       "magpie", "1.0.0",
                                open_magpie,       close_magpie, contract};

__attribute__((visibility("default"))) const hr_plugin* homeroom_plugin(uint32_t hub_abi) {
  return HABIT_SERVES_ANY_HUB || hub_abi >> 16 == HR_ABI_MAJOR ? &table : NULL;
}
