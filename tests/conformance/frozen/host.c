/* A host of contract 1.0 and of no later one: it knows the structs as they were frozen, lends the
 * shortest table, and reads a stream of a plugin of today.
 *
 *   frozen_host LIBRARY STREAM COLUMN NAME=VALUE...
 *
 * prints "rows=N records=N complete=N proof=N". */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "homeroom/plugin.h"

#define MOST_SETTINGS 16

static hr_text text(const char* from) {
  hr_text made;
  made.data = from;
  made.size = strlen(from);
  return made;
}

static void log_line(void* ctx, int32_t level, hr_text line) {
  (void)ctx;
  fprintf(stderr, "%d %.*s\n", (int)level, (int)line.size, line.data);
}
static int32_t stopping(void* ctx) {
  (void)ctx;
  return 0;
}
static int64_t now_ms(void* ctx) {
  (void)ctx;
  return 0;
}
static void set_aside(void* ctx, const hr_aside* what) {
  (void)ctx;
  (void)what;
}
static void progress(void* ctx, uint64_t done, uint64_t total) {
  (void)ctx;
  (void)done;
  (void)total;
}
static const void* service(void* ctx, const char* id) {
  (void)ctx;
  (void)id;
  return NULL;
}

static int give_up(const char* what, const hr_error* err) {
  fprintf(stderr, "%s: %s\n", what, err ? err->message : "");
  return 1;
}

static int read_all(hr_reader* reader) {
  hr_error err;
  unsigned long rows = 0;
  for (;;) {
    hr_batch batch;
    hr_end end;
    memset(&batch, 0, sizeof batch);
    memset(&end, 0, sizeof end);
    batch.size = sizeof batch;
    end.size = sizeof end;
    if (reader->next(reader->self, &batch, &end, &err) != HR_OK) return give_up("next", &err);
    if (!batch.rows.release) {
      printf("rows=%lu records=%lu complete=%d proof=%d\n", rows, (unsigned long)end.records,
             (int)end.complete, (int)end.proof);
      return 0;
    }
    rows += (unsigned long)batch.rows.length;
    batch.rows.release(&batch.rows);
    if (batch.schema.release) batch.schema.release(&batch.schema);
  }
}

static int read_stream(const hr_plugin* plugin, void* self, const char* stream,
                       const char* column) {
  const hr_source* source = plugin->contract(HR_SOURCE);
  hr_text columns[1];
  hr_read read;
  hr_reader reader;
  hr_error err;
  int code;
  if (!source) return give_up("it is no source", NULL);
  memset(&read, 0, sizeof read);
  memset(&reader, 0, sizeof reader);
  columns[0] = text(column);
  read.size = sizeof read;
  read.stream = text(stream);
  read.columns = columns;
  read.n_columns = 1;
  read.max_rows = HR_MAX_ROWS;
  read.max_bytes = HR_MAX_BYTES;
  reader.size = sizeof reader;
  if (source->read(self, &read, &reader, &err) != HR_OK) return give_up("read", &err);
  code = read_all(&reader);
  reader.release(reader.self);
  return code;
}

int main(int argc, char** argv) {
  const hr_host host = {sizeof host, HR_ABI,    NULL,     log_line, stopping,
                        now_ms,      set_aside, progress, service};
  hr_setting settings[MOST_SETTINGS];
  size_t count = 0;
  void* self = NULL;
  void* library;
  hr_entry entry;
  const hr_plugin* plugin;
  hr_error err;
  int i, code;
  if (argc < 4) return give_up("frozen_host LIBRARY STREAM COLUMN NAME=VALUE...", NULL);
  library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
  if (!library) return give_up("the library cannot be mapped", NULL);
  *(void**)&entry = dlsym(library, HR_ENTRY);
  plugin = entry ? entry(HR_ABI) : NULL;
  if (!plugin) return give_up("it does not serve contract 1.0", NULL);
  for (i = 4; i < argc && count < MOST_SETTINGS; ++i) {
    char* equals = strchr(argv[i], '=');
    if (!equals) return give_up("a setting is NAME=VALUE", NULL);
    *equals = '\0';
    settings[count].key = text(argv[i]);
    settings[count++].value = text(equals + 1);
  }
  if (plugin->open(&host, settings, count, &self, &err) != HR_OK) return give_up("open", &err);
  code = read_stream(plugin, self, argv[2], argv[3]);
  plugin->close(self);
  return code;
}
