/* bus_riders: a source in plain C99, from homeroom/plugin.h and the standard library alone.
 *
 * It reads a text file of bus riders, one a line, with a control total behind the last:
 *
 *   900001;Oak Street 5;07:42
 *   900002;Oak Street 9;
 *   #;2
 *
 * The total lets it prove that nothing is missing (HR_PROOF_COUNT). Every batch has a cursor, so a
 * read that was interrupted goes on where it stopped. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "homeroom/plugin.h"

#define COLUMNS 3
#define MOST_ROWS 1024 /* of one batch; the hub may ask for fewer                         */
#define MOST_LINE 4096 /* bytes; a longer line is set aside                               */
#define ARENA \
  (MOST_ROWS * 256) /* bytes of the longer texts of one batch, and MOST_LINE more      */
#define LONGEST_PATH 4096

static const char* const column_names[COLUMNS] = {"student_number", "stop", "time"};

typedef struct riders {
  hr_host host;
  char path[LONGEST_PATH];
} riders;

/* ---- small turns ---- */

static hr_text text(const char* from) {
  hr_text made;
  made.data = from;
  made.size = strlen(from);
  return made;
}

static int same(hr_text one, const char* other) {
  return one.size == strlen(other) && memcmp(one.data, other, one.size) == 0;
}

static int32_t fail(hr_error* err, int32_t code, const char* message) {
  err->retry_after_s = 0;
  strncpy(err->message, message, sizeof err->message - 1);
  err->message[sizeof err->message - 1] = '\0';
  return code;
}

/* ---- open and close ---- */

/* A hub of an older minor version lends a shorter table: what it does not know stays NULL. */
static void copy_host(const hr_host* from, hr_host* to) {
  memset(to, 0, sizeof *to);
  memcpy(to, from, from->size < sizeof *to ? from->size : sizeof *to);
}

static int32_t open_riders(const hr_host* host, const hr_setting* settings, size_t count,
                           void** self, hr_error* err) {
  size_t i;
  riders* made = calloc(1, sizeof *made);
  if (!made) return fail(err, HR_RETRY, "out of memory");
  copy_host(host, &made->host);
  for (i = 0; i < count; ++i)
    if (same(settings[i].key, "path") && settings[i].value.size < LONGEST_PATH)
      memcpy(made->path, settings[i].value.data, settings[i].value.size);
  if (!made->path[0]) {
    free(made);
    return fail(err, HR_SETTINGS, "setting path is missing or too long");
  }
  *self = made;
  return HR_OK;
}

static void close_riders(void* self) {
  free(self);
}

static int32_t open_file(const riders* self, FILE** file, hr_error* err) {
  *file = fopen(self->path, "rb");
  return *file ? HR_OK : fail(err, HR_DATA, "the file of riders cannot be opened");
}

static int32_t check(void* me, hr_error* err) {
  FILE* file;
  int32_t code = open_file(me, &file, err);
  if (code == HR_OK) fclose(file);
  return code;
}

/* ---- discover ---- */

static int32_t streams(void* me, void* ctx, void (*tell)(void*, const hr_stream*), hr_error* err) {
  hr_column columns[COLUMNS];
  hr_stream stream;
  int i;
  int32_t code = check(me, err);
  if (code != HR_OK) return code;
  for (i = 0; i < COLUMNS; ++i) {
    columns[i].name = text(column_names[i]);
    columns[i].format = text("vu");
  }
  memset(&stream, 0, sizeof stream);
  stream.size = sizeof stream;
  stream.name = text("riders");
  stream.columns = columns;
  stream.n_columns = COLUMNS;
  stream.key = text("student_number");
  stream.subject = text("student_number");
  stream.space = text("sis.student_number");
  stream.role = HR_ROLE_SUBJECT;
  stream.gone = HR_GONE_ABSENT;
  stream.mode = HR_FULL;
  tell(ctx, &stream);
  return HR_OK;
}

/* ---- read: one reader, whose memory is used again for each batch ---- */

/* Arrow's utf8-view: up to 12 bytes stand behind the size, of longer texts the first 4, the number
 * of the buffer and the offset in it. */
typedef struct text_view {
  int32_t size;
  char prefix[4];
  int32_t buffer;
  int32_t offset;
} text_view;

/* One column of a batch as Arrow wants it. */
typedef struct column {
  int of_line; /* which cell of a line */
  text_view views[MOST_ROWS];
  uint8_t valid[MOST_ROWS / 8];
  int64_t nulls;
  const void* buffers[4]; /* validity, views, arena, and the sizes of the arenas */
} column;

typedef struct reader {
  const riders* owner;
  FILE* file;
  char line[MOST_LINE + 1];
  size_t line_size;
  int line_is_too_long;
  uint64_t offset;      /* of the line that is read next                                          */
  uint64_t line_offset; /* of the line read last                                                  */
  uint64_t lines;       /* read in this read                                                      */
  uint64_t before;      /* records before the cursor it began at                                  */
  uint64_t set_aside;
  int has_total;
  uint64_t total;
  uint32_t max_rows;
  size_t max_bytes;
  size_t n_columns;
  column columns[COLUMNS];
  int64_t line_numbers[MOST_ROWS];
  int64_t offsets[MOST_ROWS];
  const void* number_buffers[2][2];
  char arena[ARENA + MOST_LINE];
  int64_t arena_used;
  char cursor[64];
  const void* no_buffers[1];
  struct ArrowArray arrays[COLUMNS + 2];
  struct ArrowArray* array_list[COLUMNS + 2];
  struct ArrowSchema schemas[COLUMNS + 2];
  struct ArrowSchema* schema_list[COLUMNS + 2];
} reader;

/* The next line without its end; 0 at the end of the file. Bytes beyond MOST_LINE are passed over.
 */
static int read_line(reader* r) {
  int letter = getc(r->file);
  r->line_size = 0;
  r->line_is_too_long = 0;
  r->line_offset = r->offset;
  if (letter == EOF) return 0;
  for (; letter != EOF && letter != '\n'; letter = getc(r->file)) {
    ++r->offset;
    if (r->line_size < MOST_LINE)
      r->line[r->line_size++] = (char)letter;
    else
      r->line_is_too_long = 1;
  }
  if (letter == '\n') ++r->offset;
  r->line[r->line_size] = '\0';
  return 1;
}

/* A whole number of at most 18 digits and nothing else. */
static int read_number(const char* from, size_t size, uint64_t* number) {
  size_t i;
  *number = 0;
  if (size == 0 || size > 18) return 0;
  for (i = 0; i < size; ++i) {
    if (from[i] < '0' || from[i] > '9') return 0;
    *number = *number * 10 + (uint64_t)(from[i] - '0');
  }
  return 1;
}

/* Where the cells of the line begin; 0 unless there are three and the first is not empty. */
static int split(const reader* r, hr_text cells[COLUMNS]) {
  const char* at = r->line;
  const char* end = r->line + r->line_size;
  int i;
  if (memchr(r->line, '\0', r->line_size)) return 0;
  for (i = 0; i < COLUMNS; ++i) {
    const char* stop = memchr(at, ';', (size_t)(end - at));
    if ((stop == NULL) != (i == COLUMNS - 1)) return 0;
    if (!stop) stop = end;
    cells[i].data = at;
    cells[i].size = (size_t)(stop - at);
    at = stop + 1;
  }
  return cells[0].size > 0;
}

static void set_aside(reader* r) {
  hr_aside aside;
  memset(&aside, 0, sizeof aside);
  aside.size = sizeof aside;
  aside.record = r->lines;
  aside.line = r->before + r->lines;
  aside.offset = r->line_offset;
  aside.place = text("riders.txt");
  aside.why = text(r->line_is_too_long ? "the line is too long"
                                       : "not a student number, a stop and a time");
  ++r->set_aside;
  if (r->owner->host.set_aside) r->owner->host.set_aside(r->owner->host.ctx, &aside);
}

static void put_text(reader* r, column* to, uint32_t row, hr_text cell) {
  text_view* view = &to->views[row];
  memset(view, 0, sizeof *view);
  if (cell.size == 0) { /* an empty cell says nothing */
    ++to->nulls;
    return;
  }
  to->valid[row / 8] |= (uint8_t)(1u << row % 8);
  view->size = (int32_t)cell.size;
  if (cell.size <= 12) {
    memcpy((char*)view + 4, cell.data, cell.size);
    return;
  }
  memcpy(view->prefix, cell.data, 4);
  view->offset = (int32_t)r->arena_used;
  memcpy(r->arena + r->arena_used, cell.data, cell.size);
  r->arena_used += (int64_t)cell.size;
}

static void put_row(reader* r, uint32_t row, const hr_text cells[COLUMNS]) {
  size_t i;
  for (i = 0; i < r->n_columns; ++i) {
    column* to = &r->columns[i];
    put_text(r, to, row, cells[to->of_line]);
  }
  r->line_numbers[row] = (int64_t)(r->before + r->lines);
  r->offsets[row] = (int64_t)r->line_offset;
}

/* Reads rows until the batch is full. A line that is set aside ends it too: the records of a batch
 * are numbered without a gap. */
static uint32_t read_rows(reader* r) {
  uint32_t rows = 0;
  while (rows < r->max_rows &&
         (rows == 0 || r->arena_used + 16 * (int64_t)rows < (int64_t)r->max_bytes) &&
         r->arena_used < ARENA && !r->has_total && read_line(r)) {
    hr_text cells[COLUMNS];
    if (r->line_size > 2 && memcmp(r->line, "#;", 2) == 0 &&
        read_number(r->line + 2, r->line_size - 2, &r->total)) {
      r->has_total = 1;
      break;
    }
    ++r->lines;
    if (r->line_is_too_long || !split(r, cells)) {
      set_aside(r);
      if (rows > 0) break;
      continue;
    }
    put_row(r, rows++, cells);
  }
  return rows;
}

/* ---- the batch as Arrow's structs ---- */

/* The memory is the reader's, so there is nothing to free but the mark that says so. */
static void release_array(struct ArrowArray* array) {
  array->release = NULL;
}
static void release_schema(struct ArrowSchema* schema) {
  schema->release = NULL;
}

static void lend_column(reader* r, size_t at, const char* name, const char* format, uint32_t rows,
                        const void** buffers, int64_t n_buffers, int64_t nulls) {
  struct ArrowArray* array = &r->arrays[at];
  struct ArrowSchema* schema = &r->schemas[at];
  memset(array, 0, sizeof *array);
  array->length = rows;
  array->null_count = nulls;
  array->n_buffers = n_buffers;
  array->buffers = buffers;
  array->release = release_array;
  memset(schema, 0, sizeof *schema);
  schema->format = format;
  schema->name = name;
  schema->flags = ARROW_FLAG_NULLABLE;
  schema->release = release_schema;
  r->array_list[at] = array;
  r->schema_list[at] = schema;
}

static void lend_numbers(reader* r, size_t at, const char* name, const int64_t* numbers,
                         uint32_t rows) {
  const void** buffers = r->number_buffers[at - r->n_columns];
  buffers[0] = NULL; /* every row has one */
  buffers[1] = numbers;
  lend_column(r, at, name, "l", rows, buffers, 2, 0);
}

static void lend(reader* r, hr_batch* batch, uint32_t rows) {
  size_t i;
  int64_t width = (int64_t)r->n_columns + 2;
  for (i = 0; i < r->n_columns; ++i) {
    column* from = &r->columns[i];
    from->buffers[0] = from->valid;
    from->buffers[1] = from->views;
    from->buffers[2] = r->arena;
    from->buffers[3] = &r->arena_used;
    lend_column(r, i, column_names[from->of_line], "vu", rows, from->buffers, 4, from->nulls);
  }
  lend_numbers(r, r->n_columns, "_line", r->line_numbers, rows);
  lend_numbers(r, r->n_columns + 1, "_offset", r->offsets, rows);
  memset(&batch->schema, 0, sizeof batch->schema);
  batch->schema.format = "+s";
  batch->schema.name = "";
  batch->schema.n_children = width;
  batch->schema.children = r->schema_list;
  batch->schema.release = release_schema;
  memset(&batch->rows, 0, sizeof batch->rows);
  batch->rows.length = rows;
  batch->rows.n_buffers = 1;
  batch->rows.buffers = r->no_buffers;
  batch->rows.n_children = width;
  batch->rows.children = r->array_list;
  batch->rows.release = release_array;
}

static int32_t next(void* me, hr_batch* batch, hr_end* end, hr_error* err) {
  reader* r = me;
  uint32_t rows;
  size_t i;
  if (r->owner->host.stopping && r->owner->host.stopping(r->owner->host.ctx))
    return fail(err, HR_STOPPED, "asked to stop");
  for (i = 0; i < r->n_columns; ++i) {
    memset(r->columns[i].valid, 0, sizeof r->columns[i].valid);
    r->columns[i].nulls = 0;
  }
  r->arena_used = 0;
  batch->rows.release = NULL;
  rows = read_rows(r);
  if (ferror(r->file)) return fail(err, HR_RETRY, "the file of riders cannot be read on");
  if (rows == 0) {
    int is_at_the_end =
        getc(r->file) == EOF; /* else somebody still writes, or wrote a second list */
    end->complete = is_at_the_end && r->has_total && r->total == r->before + r->lines;
    end->proof = end->complete ? HR_PROOF_COUNT : HR_PROOF_NONE;
    end->records = r->lines;
    end->set_aside = r->set_aside;
    end->cursor = text("");
    return HR_OK;
  }
  lend(r, batch, rows);
  batch->first_record = (uint64_t)r->line_numbers[0] - r->before;
  batch->place = text("riders.txt");
  sprintf(r->cursor, "%lu@%lu", (unsigned long)(r->before + r->lines), (unsigned long)r->offset);
  batch->cursor = text(r->cursor);
  return HR_OK;
}

static void release_reader(void* me) {
  reader* r = me;
  if (r->file) fclose(r->file);
  free(r);
}

/* ---- read: what was asked for ---- */

/* A name that ends in '?' may be missing. */
static int32_t choose_columns(reader* r, const hr_read* what, hr_error* err) {
  size_t i;
  for (i = 0; i < what->n_columns; ++i) {
    hr_text name = what->columns[i];
    int may_be_missing = name.size > 0 && name.data[name.size - 1] == '?';
    int at = 0;
    if (may_be_missing) --name.size;
    while (at < COLUMNS && !same(name, column_names[at])) ++at;
    if (at == COLUMNS && may_be_missing) continue;
    if (at == COLUMNS || r->n_columns == COLUMNS) {
      char message[200];
      sprintf(message, "riders have no column %.*s", (int)(name.size < 100 ? name.size : 100),
              name.data);
      return fail(err, HR_DATA, message);
    }
    r->columns[r->n_columns++].of_line = at;
  }
  return HR_OK;
}

/* A cursor is "records@offset", as given with a batch: it must lie behind the end of a line. */
static int32_t go_to(reader* r, hr_text since, hr_error* err) {
  const char* at;
  if (since.size == 0) return HR_OK;
  at = memchr(since.data, '@', since.size);
  if (at && read_number(since.data, (size_t)(at - since.data), &r->before) &&
      read_number(at + 1, since.size - (size_t)(at - since.data) - 1, &r->offset) &&
      r->offset > 0 && fseek(r->file, (long)r->offset - 1, SEEK_SET) == 0 && getc(r->file) == '\n')
    return HR_OK;
  return fail(err, HR_DATA,
              "the cursor does not fit the file of riders; read it from its beginning");
}

static int32_t start(reader* r, const hr_read* what, hr_error* err) {
  int32_t code = open_file(r->owner, &r->file, err);
  if (code == HR_OK) code = choose_columns(r, what, err);
  if (code == HR_OK) code = go_to(r, what->since, err);
  return code;
}

static int32_t read_riders(void* me, const hr_read* what, hr_reader* out, hr_error* err) {
  reader* r;
  int32_t code;
  if (!same(what->stream, "riders")) return fail(err, HR_DATA, "there is no such stream");
  if (what->mode == HR_CHANGES)
    return fail(err, HR_UNSUPPORTED, "the file holds all riders, not changes");
  r = calloc(1, sizeof *r);
  if (!r) return fail(err, HR_RETRY, "out of memory");
  r->owner = me;
  r->max_rows = what->max_rows && what->max_rows < MOST_ROWS ? what->max_rows : MOST_ROWS;
  r->max_bytes = what->max_bytes && what->max_bytes < HR_MAX_BYTES ? what->max_bytes : HR_MAX_BYTES;
  code = start(r, what, err);
  if (code != HR_OK) {
    release_reader(r);
    return code;
  }
  out->self = r;
  out->next = next;
  out->release = release_reader;
  return HR_OK;
}

/* ---- the table ---- */

static const hr_discover discover_table = {sizeof(hr_discover), streams};
static const hr_source source_table = {sizeof(hr_source), read_riders};
static const hr_check check_table = {sizeof(hr_check), check};

static const void* contract(const char* id) {
  if (strcmp(id, HR_DISCOVER) == 0) return &discover_table;
  if (strcmp(id, HR_SOURCE) == 0) return &source_table;
  if (strcmp(id, HR_CHECK) == 0) return &check_table;
  return NULL;
}

static const hr_plugin table = {sizeof(hr_plugin), HR_ABI,       "bus_riders", "1.0.0",
                                open_riders,       close_riders, contract};

#ifdef __GNUC__
__attribute__((visibility("default")))
#endif
const hr_plugin*
homeroom_plugin(uint32_t hub_abi);

const hr_plugin* homeroom_plugin(uint32_t hub_abi) {
  return hub_abi >> 16 == HR_ABI_MAJOR ? &table : NULL;
}
