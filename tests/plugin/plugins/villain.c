/* A plugin that does harm, or tries to: one deed a setting can choose, done when rows are asked
 * for. What it tried in vain stands in the error it answers. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "homeroom/http.h"
#include "homeroom/plugin.h"

typedef struct villain {
  const hr_host* host;
  char deed[64];
  char folder[512];
} villain;

static hr_text text(const char* from) {
  hr_text made = {from, strlen(from)};
  return made;
}

static int is(hr_text key, const char* name) {
  return key.size == strlen(name) && memcmp(key.data, name, key.size) == 0;
}

static int does(const villain* self, const char* deed) {
  return strcmp(self->deed, deed) == 0;
}

static int32_t say(hr_error* err, int32_t code, const char* message) {
  memset(err, 0, sizeof *err);
  strncpy(err->message, message, sizeof err->message - 1);
  return code;
}

static void keep(char* to, size_t room, hr_text value) {
  if (value.size < room) memcpy(to, value.data, value.size);
}

static int32_t open_villain(const hr_host* host, const hr_setting* settings, size_t count,
                            void** out, hr_error* err) {
  villain* self = calloc(1, sizeof *self);
  size_t i;
  (void)err;
  signal(SIGSEGV, SIG_DFL); /* a sanitizer's runtime would tell of it and exit */
  self->host = host;
  for (i = 0; i < count; ++i) {
    if (is(settings[i].key, "deed")) keep(self->deed, sizeof self->deed, settings[i].value);
    if (is(settings[i].key, "folder")) keep(self->folder, sizeof self->folder, settings[i].value);
  }
  if (does(self, "crashes when opened")) raise(SIGSEGV);
  *out = self;
  return HR_OK;
}

static int32_t streams(void* me, void* ctx, void (*tell)(void*, const hr_stream*), hr_error* err) {
  hr_stream stream;
  hr_column column;
  (void)me;
  (void)err;
  column.name = text("id");
  column.format = text("vu");
  memset(&stream, 0, sizeof stream);
  stream.size = sizeof stream;
  stream.name = text("loot");
  stream.columns = &column;
  stream.n_columns = 1;
  stream.key = text("id");
  stream.subject = text("id");
  stream.space = text("villain.id");
  stream.mode = HR_FULL;
  tell(ctx, &stream);
  return HR_OK;
}

/* ---- bytes of its own on the way to the hub -------------------------------------------------- */

enum {
  hub = 3,
  area = 6, /* the memory for rows that the hub sees, too */
  area_bytes = 4 << 20,
  done = 64,
  rows = 65,
  failed = 66,
  told_log = 67,
  aside = 68,
  verdict = 70,
  http_send = 96,
  http_next = 97
};

static void frame_head(uint32_t size, uint16_t kind, uint16_t lies_in_area) {
  unsigned char head[8];
  memcpy(head, &size, sizeof size);
  memcpy(head + 4, &kind, sizeof kind);
  memcpy(head + 6, &lies_in_area, sizeof lies_in_area);
  (void)!write(hub, head, sizeof head);
}

static void frame(uint32_t size, uint16_t kind, const void* bytes, size_t sent) {
  frame_head(size, kind, 0);
  (void)!write(hub, bytes, sent);
}

/* One row, one column of text; `at` counts bytes from the start of the frame. */
typedef struct lie {
  unsigned char bytes[128];
  size_t size;
} lie;

static lie honest(void) {
  lie made;
  uint32_t one = 1, size = 20;
  uint64_t record = 1;
  memset(&made, 0, sizeof made);
  memcpy(made.bytes, &one, 4);        /* 0: rows */
  memcpy(made.bytes + 4, &record, 8); /* 4: first record; 12: place, 16: cursor: empty */
  made.bytes[23] = 1;                 /* 20: lines, offsets, gone: no; 23: the column is there */
  made.bytes[24] = 0;                 /* 24: text; 25: no validity */
  memcpy(made.bytes + 26, &size, 4);  /* 26: bytes of long texts */
  memcpy(made.bytes + 32, &size, 4);  /* 32: the view: size, letters, nothing */
  memcpy(made.bytes + 48, "twenty letters long.", 20); /* 48: the long text */
  made.size = 80;
  return made;
}

static void put32(lie* in, size_t at, uint32_t value) {
  memcpy(in->bytes + at, &value, sizeof value);
}

/* Rows in that memory, which are others once the hub has heard of them. */
static void lay(const lie* made, uint32_t size, uint16_t kind, uint16_t lies_in_area) {
  char* at = mmap(NULL, area_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, area, 0);
  if (at == MAP_FAILED) return;
  memcpy(at, made->bytes, made->size);
  frame_head(size, kind, lies_in_area);
  struct timespec while_it_copies = {0, 200 * 1000 * 1000};
  nanosleep(&while_it_copies, NULL);
  memset(at, 'x', made->size);
}

static int sends_frames(const villain* self) {
  lie made = honest();
  if (does(self, "sends an honest frame"))
    frame(80, rows, made.bytes, 80);
  else if (does(self, "lays honest rows"))
    lay(&made, 80, rows, 1);
  else if (does(self, "lays more than there is room"))
    lay(&made, area_bytes + 1, rows, 1);
  else if (does(self, "lays no rows"))
    lay(&made, 80, done, 1);
  else if (does(self, "lays rows nowhere"))
    lay(&made, 80, rows, 2);
  else if (does(self, "lays rubbish"))
    memset(made.bytes, 0xff, 80), lay(&made, 80, rows, 1);
  else if (does(self, "sends rubbish"))
    (void)!write(hub, "rubbish rubbish rubbish", 23);
  else if (does(self, "claims a huge frame"))
    frame(0xfffffff0u, rows, made.bytes, 80);
  else if (does(self, "claims a huge answer"))
    frame(0x7fffffffu, done, made.bytes, 80);
  else if (does(self, "sends an unknown kind"))
    frame(80, 999, made.bytes, 80);
  else if (does(self, "answers with a question"))
    frame(0, 3, "", 0);
  else if (does(self, "sends an empty frame"))
    frame(0, rows, "", 0);
  else if (does(self, "cuts a frame"))
    frame(40, rows, made.bytes, 40);
  else if (does(self, "adds to a frame"))
    frame(96, rows, made.bytes, 96);
  else if (does(self, "claims many rows"))
    put32(&made, 0, 60000), frame(80, rows, made.bytes, 80);
  else if (does(self, "claims too many rows"))
    put32(&made, 0, ~0u), frame(80, rows, made.bytes, 80);
  else if (does(self, "claims a long place"))
    put32(&made, 12, ~0u), frame(80, rows, made.bytes, 80);
  else if (does(self, "leaves the column out"))
    made.bytes[23] = 0, frame(80, rows, made.bytes, 80);
  else if (does(self, "invents a type"))
    made.bytes[24] = 99, frame(80, rows, made.bytes, 80);
  else if (does(self, "points texts elsewhere"))
    put32(&made, 32, 21), frame(80, rows, made.bytes, 80);
  else if (does(self, "claims negative sizes"))
    put32(&made, 32, ~0u), frame(80, rows, made.bytes, 80);
  else if (does(self, "claims many text bytes"))
    put32(&made, 26, 0x7fffffff), frame(80, rows, made.bytes, 80);
  else if (does(self, "hides bytes"))
    put32(&made, 26, 36), frame(96, rows, made.bytes, 96);
  else if (does(self, "lies about validity"))
    made.bytes[25] = 7, frame(80, rows, made.bytes, 80);
  else if (does(self, "logs at no level"))
    frame(8, told_log, "\x09\0\0\0\0\0\0\0", 8);
  else if (does(self, "fails with no error"))
    frame(0, failed, "", 0);
  else if (does(self, "sets nothing aside"))
    frame(0, aside, "", 0);
  else if (does(self, "answers for no share"))
    frame(12, verdict, "\0\0\0\0\0\0\0\0\0\0\0\0", 12);
  else if (does(self, "asks half a thing over HTTP"))
    frame(6, http_send, "\2\0\0\0GE", 6);
  else if (does(self, "counts headers it has not"))
    frame(16, http_send, "\0\0\0\0\0\0\0\0\0\0\0\0\xff\xff\xff\x7f", 16);
  else if (does(self, "reads an answer it never got"))
    frame(4, http_next, "\1\0\0\0", 4);
  else
    return 0;
  return 1;
}

/* ---- forbidden things: HR_DATA with what happened -------------------------------------------- */

static int32_t tried(hr_error* err, const char* what, int went) {
  char message[200];
  snprintf(message, sizeof message, "%s: %s", what, went ? "it went" : strerror(errno));
  return say(err, HR_DATA, message);
}

static int child_of(long got) {
  if (got == 0) _exit(0);
  return got > 0;
}

static int opens(const char* path, int flags) {
  int file = open(path, flags, 0600);
  if (file >= 0) close(file);
  return file >= 0;
}

static int opens_below(const char* folder, const char* name, int flags) {
  char path[700];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return opens(path, flags);
}

static int32_t asks_elsewhere(const villain* self, hr_error* err) {
  const hr_http* http = self->host->service(self->host->ctx, HR_HTTP);
  hr_http_request request;
  hr_http_reply reply;
  memset(&request, 0, sizeof request);
  request.size = sizeof request;
  request.method = text("GET");
  request.url = text("https://elsewhere.example/loot");
  memset(err, 0, sizeof *err);
  return http->send(http->ctx, &request, &reply, err);
}

static int32_t tries(const villain* self, hr_error* err) {
  const char* deed = self->deed;
  errno = 0;
  if (does(self, "asks a server it did not name")) return asks_elsewhere(self, err);
  if (does(self, "forks")) return tried(err, deed, child_of(fork()));
  if (does(self, "forks by hand"))
    return tried(err, deed, child_of(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0)));
  if (does(self, "takes away memory that its parent looks at"))
    return tried(err, deed, ftruncate(area, 0) == 0);
  if (does(self, "runs a program")) {
    execl("/bin/true", "true", (char*)NULL);
    return tried(err, deed, 0);
  }
  if (does(self, "opens a socket")) return tried(err, deed, socket(AF_INET, SOCK_STREAM, 0) >= 0);
  if (does(self, "opens a local socket"))
    return tried(err, deed, socket(AF_UNIX, SOCK_STREAM, 0) >= 0);
  if (does(self, "makes a socket pair")) {
    int ends[2];
    return tried(err, deed, socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
  }
  if (does(self, "reads the passwords")) return tried(err, deed, opens("/etc/passwd", O_RDONLY));
  if (does(self, "lists processes"))
    return tried(err, deed, opens("/proc", O_RDONLY | O_DIRECTORY));
  if (does(self, "writes beside"))
    return tried(err, deed, opens("/tmp/villain-was-here", O_WRONLY | O_CREAT));
  if (does(self, "reads its folder"))
    return tried(err, deed, opens_below(self->folder, "given.txt", O_RDONLY));
  if (does(self, "writes into its folder"))
    return tried(err, deed, opens_below(self->folder, "new.txt", O_WRONLY | O_CREAT));
  if (does(self, "writes into scratch"))
    return tried(err, deed, opens_below(getenv("TMPDIR"), "new.txt", O_WRONLY | O_CREAT));
  if (does(self, "watches its parent"))
    return tried(err, deed, ptrace(PTRACE_ATTACH, getppid(), 0, 0) == 0);
  if (does(self, "kills its parent")) return tried(err, deed, kill(getppid(), 0) == 0);
  if (does(self, "has the kernel signal its parent")) {
    int ends[2];
    if (pipe(ends) != 0) return tried(err, deed, 0);
    return tried(err, deed, fcntl(ends[0], F_SETOWN, getppid()) == 0);
  }
  if (does(self, "opens a folder to everybody"))
    return tried(err, deed, !chmod(self->folder, 0777));
  if (does(self, "opens what it reads to everybody")) {
    int folder = open(self->folder, O_RDONLY | O_DIRECTORY);
    return tried(err, deed, folder >= 0 && fchmod(folder, 0777) == 0);
  }
  if (does(self, "empties a file by its path")) {
    char path[700];
    snprintf(path, sizeof path, "%s/given.txt", self->folder);
    return tried(err, deed, truncate(path, 0) == 0);
  }
  if (does(self, "empties a file it may read"))
    return tried(err, deed, opens_below(self->folder, "given.txt", O_RDONLY | O_TRUNC));
  if (does(self, "makes a file look old"))
    return tried(err, deed, utimensat(AT_FDCWD, self->folder, NULL, 0) == 0);
  if (does(self, "keeps memory in a file"))
    return tried(err, deed, syscall(SYS_memfd_create, "more", 0) >= 0);
  if (does(self, "mounts"))
    return tried(err, deed, syscall(SYS_mount, "none", "/tmp", "tmpfs", 0, 0) == 0);
  if (does(self, "becomes another user")) return tried(err, deed, setresuid(1, 1, 1) == 0);
  if (does(self, "takes all memory")) {
    size_t taken = 0;
    while (taken < ((size_t)64 << 30)) {
      char* block = malloc(16 << 20);
      if (!block) return tried(err, deed, 0);
      memset(block, 1, 16 << 20);
      taken += 16 << 20;
    }
    return tried(err, deed, 1);
  }
  if (does(self, "opens many files")) {
    int count = 0;
    while (count < 100000 && dup(2) >= 0) ++count;
    return tried(err, deed, count >= 100000);
  }
  if (does(self, "lifts its limits")) {
    struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};
    return tried(err, deed, setrlimit(RLIMIT_AS, &all) == 0);
  }
  return say(err, HR_BUG, "no such deed");
}

/* ---- harm ------------------------------------------------------------------------------------ */

static int deeper(int depth) {
  volatile char big[1 << 16];
  if (depth < 0) return 0;
  big[depth & 0xffff] = 1;
  return deeper(depth + 1) + big[3];
}

static int does_harm(const villain* self) {
  if (does(self, "crashes")) raise(SIGSEGV);
  if (does(self, "writes into nothing")) *(volatile char*)(uintptr_t)getpid() = 1;
  if (does(self, "aborts")) abort();
  if (does(self, "exits")) exit(3);
  if (does(self, "leaves at once")) _exit(0);
  if (does(self, "stands still")) raise(SIGSTOP);
  if (does(self, "overflows the stack")) return deeper(0);
  while (does(self, "loops")) {
  }
  if (does(self, "closes its lines and sleeps")) {
    int line;
    for (line = 0; line < 100; ++line)
      if (line != hub) close(line);
  }
  while (strstr(self->deed, "sleeps")) sleep(1000);
  if (does(self, "goes on after it was heard late")) self->host->progress(self->host->ctx, 1, 2);
  while (does(self, "leaks")) {
    volatile char* block = malloc(1 << 20);
    size_t at;
    for (at = 0; at < 1 << 20; at += 4096) block[at] = 1; /* dies here when there is no more */
  }
  while (does(self, "floods the log")) self->host->log(self->host->ctx, 0, text("waters rise"));
  while (does(self, "sets aside without end")) {
    hr_aside what;
    memset(&what, 0, sizeof what);
    what.size = sizeof what;
    what.why = text("for nothing");
    self->host->set_aside(self->host->ctx, &what);
  }
  if (does(self, "speaks")) {
    int i;
    for (i = 0; i < 10000; ++i) printf("a name that nobody may read\n");
    fflush(stdout);
  }
  return 0;
}

/* ---- rows ------------------------------------------------------------------------------------ */

typedef struct view {
  int32_t size;
  char prefix[12];
} view;

typedef struct reading {
  villain* owner;
  int given;
  view id;
  int64_t no_sizes[1];
  const void* buffers[3];
  const void* top[1];
  struct ArrowArray array;
  struct ArrowArray* arrays[1];
  struct ArrowSchema schema;
  struct ArrowSchema* schemas[1];
} reading;

static void drop_array(struct ArrowArray* array) {
  array->release = NULL;
}
static void drop_schema(struct ArrowSchema* schema) {
  schema->release = NULL;
}

static int32_t one_row(reading* r, hr_batch* batch) {
  memset(batch, 0, sizeof *batch);
  batch->size = sizeof *batch;
  memset(&r->array, 0, sizeof r->array);
  memset(&r->schema, 0, sizeof r->schema);
  r->id.size = 3;
  memcpy(r->id.prefix, "one", 3);
  r->buffers[1] = &r->id;
  r->buffers[2] = r->no_sizes;
  r->array.length = 1;
  r->array.n_buffers = 3;
  r->array.buffers = r->buffers;
  r->schema.format = does(r->owner, "brings another schema") ? "l" : "vu";
  r->schema.name = does(r->owner, "brings another column") ? "other" : "id";
  r->arrays[0] = &r->array;
  r->schemas[0] = &r->schema;
  batch->rows.length = does(r->owner, "counts rows it has not") ? 60000 : 1;
  batch->rows.n_children = 1;
  batch->rows.n_buffers = 1;
  batch->rows.buffers = r->top;
  batch->rows.children = r->arrays;
  batch->rows.release = drop_array;
  batch->schema.format = "+s";
  batch->schema.name = "";
  batch->schema.n_children = 1;
  batch->schema.children = r->schemas;
  batch->schema.release = drop_schema;
  batch->first_record = 1;
  return HR_OK;
}

static int32_t next(void* me, hr_batch* batch, hr_end* end, hr_error* err) {
  reading* r = me;
  villain* self = r->owner;
  if (r->given++ == 0 || does(self, "never ends")) {
    does_harm(self);
    if (sends_frames(self)) {
      for (;;) pause(); /* the hub decides */
    }
    if (does(self, "") || does(self, "speaks") || does(self, "never ends") ||
        does(self, "goes on after it was heard late") || strstr(self->deed, "brings") ||
        strstr(self->deed, "counts"))
      return one_row(r, batch);
    return tries(self, err);
  }
  end->complete = 1;
  end->proof = HR_PROOF_FORMAT;
  end->records = 1;
  if (does(self, "counts backwards")) end->set_aside = 9;
  return HR_OK;
}

static void release(void* me) {
  free(me);
}

static int32_t read_loot(void* me, const hr_read* what, hr_reader* out, hr_error* err) {
  reading* r = calloc(1, sizeof *r);
  (void)what;
  (void)err;
  r->owner = me;
  out->self = r;
  out->next = next;
  out->release = release;
  return HR_OK;
}

static void close_villain(void* me) {
  villain* self = me;
  if (does(self, "crashes when closed")) raise(SIGSEGV);
  free(self);
}

static const void* contract(const char* id) {
  static const hr_discover discover = {sizeof discover, streams};
  static const hr_source source = {sizeof source, read_loot};
  if (strcmp(id, HR_DISCOVER) == 0) return &discover;
  if (strcmp(id, HR_SOURCE) == 0) return &source;
  return NULL;
}

__attribute__((visibility("default"))) const hr_plugin* homeroom_plugin(uint32_t hub_abi) {
  static const hr_plugin table = {sizeof table, HR_ABI,        "villain", "1.0.0",
                                  open_villain, close_villain, contract};
  (void)hub_abi;
  return &table;
}
