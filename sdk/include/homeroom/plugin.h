/* homeroom/plugin.h - the contract between the hub and a plugin. C99, no dependency.
 *
 * A plugin is a shared library that exports one function, homeroom_plugin(). Everything else is
 * reached through the table it returns. Beside the library lies NAME.manifest.yaml; the hub reads
 * it before it maps the library, and refuses a library whose table says something else.
 *
 * Rules that hold for every call below:
 *
 *   Strings    UTF-8, not NUL-terminated, valid until the call returns. Copy what you keep.
 *   Errors     Return an HR_ code; on anything but HR_OK fill *err. No exception may cross.
 *              Messages reach logs and screens: name file, line and field, never a value.
 *   Threads    One instance and its readers and writers are used by one thread at a time, not
 *              always the same one. Two instances may run at once. [any]: from any thread.
 *   Memory     Whoever fills a struct with a release callback frees it, through that callback.
 *   Sizes      Every struct that may grow begins with its size in bytes as its maker knows it.
 *              Inside one major version fields are only appended; touch a field only if it lies
 *              within the other side's size. New abilities come as new contract ids.
 *   Sleeping   A plugin never sleeps and never retries by itself: it classifies (HR_RETRY with a
 *              time) and the hub decides. */
#ifndef HOMEROOM_PLUGIN_H
#define HOMEROOM_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#include "homeroom/arrow_c.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HR_ABI_MAJOR 1u
#define HR_ABI_MINOR 0u
#define HR_ABI ((HR_ABI_MAJOR << 16) | HR_ABI_MINOR)

/* Bounds of a batch; a larger batch is the plugin's bug (HR_BUG). A cell over HR_MAX_CELL is set
 * aside with its record. */
#define HR_MAX_ROWS 65536
#define HR_MAX_BYTES (16 * 1024 * 1024)
#define HR_MAX_CELL (1024 * 1024)

/* A text: `size` bytes at `data`, which may be NULL where `size` is 0. */
typedef struct hr_text {
  const char* data;
  size_t size;
} hr_text;

/* Named after what the hub does next, not after what went wrong inside. */
enum {
  HR_OK = 0,
  HR_RETRY = 1,       /* try again later, unchanged: time-out, throttling, busy server    */
  HR_SIGN_IN = 2,     /* credentials refused or expired: pause the connection, tell staff */
  HR_SETTINGS = 3,    /* a setting is missing or wrong: stop until someone edits it       */
  HR_DATA = 4,        /* this input can never be read as it is: not heard, keep yesterday */
  HR_UNSUPPORTED = 5, /* not offered here: the hub hides the feature                      */
  HR_STOPPED = 6,     /* the hub asked to stop and the plugin did                         */
  HR_BUG = 7          /* the plugin broke its own promise: fail the run, keep the report  */
};

/* What a call that did not answer HR_OK says besides its code. */
typedef struct hr_error {
  uint32_t retry_after_s; /* with HR_RETRY: what the remote side asked for, 0 if it did not say */
  char message[1020];     /* NUL-terminated; fixed size, so an error never owns memory          */
} hr_error;

/* One record that could not be read. It goes to the run's quarantine and reading continues. */
typedef struct hr_aside {
  uint32_t size;
  uint64_t record; /* number of the record in this read, from 1                                */
  uint64_t line;   /* line in the file, from 1; 0 where there are no lines                      */
  uint64_t offset; /* byte in the file or page                                                  */
  hr_text place;   /* file or page, relative to what the settings name                          */
  hr_text field;   /* column or path, empty if it is the whole record                           */
  hr_text why;     /* one sentence without a value: "5 cells, the header has 12"                */
  hr_text bytes;   /* original bytes of the columns asked for; may be empty                     */
  hr_text key;     /* values of the key columns joined by U+001F if they could be read, else
                      empty: then nobody may conclude that the record is gone                   */
} hr_aside;

/* What the hub lends to an instance; valid until close() returns. */
typedef struct hr_host {
  uint32_t size;
  uint32_t abi;
  void* ctx;
  void (*log)(void* ctx, int32_t level, hr_text line); /* [any] 0 debug, 1 info, 2 warn, 3 error */
  int32_t (*stopping)(void* ctx);                      /* [any] non-zero: return HR_STOPPED soon */
  int64_t (*now_ms)(void* ctx);                        /* [any] UTC; a test may hold it still    */
  void (*set_aside)(void* ctx, const hr_aside* what);  /* [any]                                  */
  void (*progress)(void* ctx, uint64_t done, uint64_t total); /* [any] bytes; total 0 = unknown  */
  const void* (*service)(void* ctx, const char* id); /* [any] e.g. "homeroom.http/1", else NULL */
} hr_host;

/* Settings arrive flat ("files.attendance.path"; lists as "paths.0"), checked against the manifest,
 * paths made absolute, secrets resolved. */
typedef struct hr_setting {
  hr_text key, value;
} hr_setting;

/* ---- homeroom.discover/1: which streams there are ------------------------------------------- */
#define HR_DISCOVER "homeroom.discover/1"

/* Whether the records of a stream are of persons, or of schools, courses, codes. */
enum { HR_ROLE_SUBJECT = 0, HR_ROLE_REFERENCE = 1 };
/* How a stream says that a record is gone. */
enum {
  HR_GONE_NEVER = 0,  /* it cannot                                                              */
  HR_GONE_ABSENT = 1, /* a complete read without the record                                     */
  HR_GONE_MARKED = 2  /* a record with _op 'd'                                                  */
};

/* A column of a stream as discover tells it; a batch may hold fewer. */
typedef struct hr_column {
  hr_text name;
  hr_text format; /* Arrow's spelling: "vu" text, "l" int64, "g" double, "b" bool, "tdD" date ... */
} hr_column;

/* One stream there is to read: a table, a file, a collection of a service. */
typedef struct hr_stream {
  uint32_t size;
  hr_text name;
  const hr_column* columns;
  size_t n_columns;
  hr_text key;      /* columns that name one record, joined by ','                             */
  hr_text subject;  /* the column that says whose record it is; empty: nobody's (reference)    */
  hr_text space;    /* what the subject column counts in: "sis.sourcedId", "hmis.PersonalID"   */
  int32_t role;     /* HR_ROLE_                                                                */
  int32_t gone;     /* HR_GONE_                                                                */
  int32_t mode;     /* what stands there now: HR_FULL or HR_CHANGES, -1 if the plugin can't tell */
  int64_t as_of_ms; /* how new the data is (export time, else the file's time), UTC; 0 unknown  */
} hr_stream;

/* The table behind HR_DISCOVER. */
typedef struct hr_discover {
  uint32_t size;
  /* Calls tell() for each stream that is there now. Reads no record. */
  int32_t (*streams)(void* self, void* ctx, void (*tell)(void* ctx, const hr_stream* stream),
                     hr_error* err);
} hr_discover;

/* ---- homeroom.source/1: read records -------------------------------------------------------- */
#define HR_SOURCE "homeroom.source/1"

/* What of a stream a read gives. */
enum {
  HR_FULL = 0,    /* all records as they stand                                                   */
  HR_CHANGES = 1, /* what changed since the cursor; a bulk file answered here is HR_UNSUPPORTED   */
  HR_KEYS = 2     /* key columns only, of all records: to find what is gone                      */
};

/* What is asked of one read. Its strings and columns are valid until read() returns. */
typedef struct hr_read {
  uint32_t size;
  hr_text stream;
  hr_text since; /* an earlier cursor, empty for all */
  int32_t mode;
  const hr_text* columns; /* only these, in this order; a missing one is HR_DATA naming it, unless
                             its name ends in '?': then the batch does not have the column       */
  size_t n_columns;
  uint32_t max_rows;  /* at most HR_MAX_ROWS  */
  uint32_t max_bytes; /* at most HR_MAX_BYTES; a row with more than asked for comes alone */
} hr_read;

/* Rows as a struct array, one child per column. Text is "vu" (utf8-view; preferred) or "u". Null is
 * "there is nothing" in the wire's own sense: an empty CSV cell, a JSON key that is absent or null.
 * Reserved columns, all optional: _op (text: 'u' upsert, 'd' gone), _line and _offset (int64). */
typedef struct hr_batch {
  uint32_t size;
  struct ArrowSchema schema;
  struct ArrowArray rows; /* At most one batch of a reader is out: the hub releases it before it
                             asks for the next, so buffers may be used again.                    */
  hr_text cursor;         /* where a later read may resume once these rows are safely stored;
                             empty: no resume point here. Valid until the reader's next call.    */
  uint64_t first_record;  /* number of the first row's record, from 1                            */
  hr_text place;          /* file or page of these rows; valid as the cursor                     */
} hr_batch;

/* How sure it is that a read saw every record. */
enum {
  HR_PROOF_NONE = 0,
  HR_PROOF_SETTLED =
      1, /* plain file, same size, time and digest over two looks, last record ended */
  HR_PROOF_FORMAT = 2, /* zip CRC, JSON end, last page with a stable total */
  HR_PROOF_COUNT = 3 /* control total, manifest, trailer or digest                                */
};

/* How a read ended. A read that is not complete proves nothing about records it did not give. */
typedef struct hr_end {
  uint32_t size;
  int32_t complete; /* 1: nothing was missed                                                     */
  int32_t proof;
  uint64_t records; /* as counted at the wire: rows given plus set aside                         */
  uint64_t set_aside;
  hr_text cursor; /* valid until the reader is released                                          */
} hr_end;

/* One read under way. */
typedef struct hr_reader {
  uint32_t size;
  void* self;
  /* HR_OK with batch->rows.release set: a batch. HR_OK with it NULL: the end, told in *end. */
  int32_t (*next)(void* self, hr_batch* batch, hr_end* end, hr_error* err);
  /* Once; also in the middle of a read. */
  void (*release)(void* self);
} hr_reader;

/* The table behind HR_SOURCE. */
typedef struct hr_source {
  uint32_t size;
  /* Begins a read and fills *out. HR_DATA where there is no such stream or column. */
  int32_t (*read)(void* self, const hr_read* what, hr_reader* out, hr_error* err);
} hr_source;

/* ---- homeroom.sink/1: write shares ---------------------------------------------------------- */
#define HR_SINK "homeroom.sink/1"

/* What a delivery holds. */
enum {
  HR_SNAPSHOT = 0, /* every live share, sorted by id; what is not among them is gone             */
  HR_DELTA = 1     /* upserts and removals since the last delivery                                */
};
/* What is to be done with a share: put it in place of an older one, or take it away. */
enum { HR_UPSERT = 0, HR_REMOVE = 1 };
/* What became of a share. */
enum {
  HR_TAKEN = 0,   /* the destination has it, durably                                             */
  HR_REFUSED = 1, /* it will never take this row: say why                                        */
  HR_NOT_NOW = 2  /* no receipt: sent again later, with the same key                             */
};

/* One share. `key` is tenant/destination/person/sequence: the same text on each try, so that the
 * receiver can drop what it has. */
typedef struct hr_share {
  uint32_t size;
  hr_text key;
  hr_text id; /* the person */
  uint64_t sequence;
  int32_t operation;   /* HR_UPSERT or HR_REMOVE                                              */
  hr_text digest;      /* of the body, 64 hex letters                                         */
  hr_text body;        /* one JSON document; empty with HR_REMOVE                             */
  hr_text replaced_by; /* with HR_REMOVE: the person this one was joined to, else empty       */
  int32_t unchanged;   /* in a snapshot: the destination has this very share                  */
} hr_share;

/* What is known of a delivery before its first share; valid until begin() returns, but for `ctx`
 * and `answer`, which are valid until the writer is released. */
typedef struct hr_delivery {
  uint32_t size;
  hr_text destination;
  int32_t mode;    /* HR_SNAPSHOT or HR_DELTA: what `takes` answered                           */
  uint64_t number; /* of this delivery to this destination, from 1; the same when resent       */
  uint64_t shares; /* how many will be put                                                     */
  void* ctx;
  /* The verdict on the share with this key; may come during put() or finish(). A share without a
   * verdict when finish() returns counts as HR_NOT_NOW. */
  void (*answer)(void* ctx, hr_text key, int32_t verdict, hr_text why);
} hr_delivery;

/* One delivery under way. */
typedef struct hr_writer {
  uint32_t size;
  void* self;
  /* The next shares, valid until it returns. Anything but HR_OK ends the delivery. */
  int32_t (*put)(void* self, const hr_share* shares, size_t count, hr_error* err);
  /* No more come. From HR_OK on the destination shows this delivery. */
  int32_t (*finish)(void* self, hr_error* err);
  void (*release)(void* self); /* without finish(): nothing may have become visible              */
} hr_writer;

/* The table behind HR_SINK. */
typedef struct hr_sink {
  uint32_t size;
  int32_t (*takes)(void* self); /* HR_SNAPSHOT or HR_DELTA */
  /* Begins a delivery and fills *out; the same number again is the same delivery again. */
  int32_t (*begin)(void* self, const hr_delivery* what, hr_writer* out, hr_error* err);
} hr_sink;

/* ---- homeroom.check/1 (optional) ------------------------------------------------------------ */
#define HR_CHECK "homeroom.check/1"

/* The table behind HR_CHECK. */
typedef struct hr_check {
  uint32_t size;
  /* Sign in and look around without reading or writing records: the "test connection" button. */
  int32_t (*check)(void* self, hr_error* err);
} hr_check;

/* ---- the plugin ----------------------------------------------------------------------------- */
/* What a plugin is; see HR_ENTRY. */
typedef struct hr_plugin {
  uint32_t size;
  uint32_t abi; /* HR_ABI the plugin was compiled with */
  const char* name;
  const char* version;
  int32_t (*open)(const hr_host* host, const hr_setting* settings, size_t count, void** self,
                  hr_error* err); /* cheap: no file or network before the first real call */
  void (*close)(void* self);      /* its readers and writers are released before */
  const void* (*contract)(const char* id); /* static table for HR_SOURCE, HR_SINK, ... or NULL */
} hr_plugin;

/* The only exported symbol. Returns NULL if the plugin cannot serve the hub's major version.
 * The table is static and lives until the process ends. Does no other work. */
#define HR_ENTRY "homeroom_plugin"
/* The type of that symbol; `hub_abi` is HR_ABI as the hub was compiled with. */
typedef const hr_plugin* (*hr_entry)(uint32_t hub_abi);

#ifdef __cplusplus
}
#endif
#endif
