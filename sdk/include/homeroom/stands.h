/* homeroom/stands.h - an ability of a source beside its reads: it can tell without reading a record
 * whether a stream has to be read again. A table of the plugin, as HR_SOURCE is. C99. */
#ifndef HOMEROOM_STANDS_H
#define HOMEROOM_STANDS_H

#include "homeroom/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- homeroom.stands/1 (optional; no manifest lists it) -------------------------------------- */
#define HR_STANDS "homeroom.stands/1"
/* The most bytes of a version. */
enum { HR_MAX_VERSION = 65536 };

/* The table behind HR_STANDS. A version is a text of the plugin's own that names what all records
 * of a stream were read from: sizes and hashes of files, the ETag of a collection. It holds no
 * record's value, and is handed to later instances of the same settings, on later nights. */
typedef struct hr_stands {
  uint32_t size;
  /* Tells the version behind the last HR_FULL read of the stream by this instance that ended
   * complete; does not call tell() where there was none, or nobody could tell later. */
  int32_t (*version)(void* self, hr_text stream, void* ctx,
                     void (*tell)(void* ctx, hr_text version), hr_error* err);
  /* *yes becomes 1 where an HR_FULL read of the stream would now give the same records, set aside
   * ones too, and end as complete; 0 where not or where it is in doubt. Reads no record. */
  int32_t (*stands)(void* self, hr_text stream, hr_text version, int32_t* yes, hr_error* err);
} hr_stands;

#ifdef __cplusplus
}
#endif
#endif
