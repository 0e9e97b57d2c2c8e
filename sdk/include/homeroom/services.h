/* homeroom/services.h - small things a hub lends beside its table: hr_host.service(id) answers a
 * table below, or NULL where the hub does not know the id. A table is valid until close. C99. */
#ifndef HOMEROOM_SERVICES_H
#define HOMEROOM_SERVICES_H

#include "homeroom/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- homeroom.wait/1: waiting that ends when the run is asked to stop ------------------------ */
#define HR_WAIT "homeroom.wait/1"

/* The table behind HR_WAIT. */
typedef struct hr_wait {
  uint32_t size;
  void* ctx;
  /* [any] Waits `ms` milliseconds, at most an hour, and returns 0; returns non-zero at once when
   * stopping() would. It is time of the plugin: a call may take only so long, waiting included. */
  int32_t (*wait)(void* ctx, uint64_t ms);
} hr_wait;

/* ---- homeroom.scratch/1: a folder for files that are not to stay ---------------------------- */
#define HR_SCRATCH "homeroom.scratch/1"
/* The bound of hr_scratch beside its quota. */
enum { HR_SCRATCH_ENTRIES = 10000 }; /* files and folders in it, at most */

/* The folder is of this instance alone: empty when it is asked for first, open to nobody else, and
 * removed after close. In a runner it is the only place a source may write to. */
typedef struct hr_scratch {
  uint32_t size;
  void* ctx;
  hr_text path;   /* absolute; a 0 byte follows                                                 */
  uint64_t quota; /* bytes. The hub looks about once a second: in a runner the process is ended
                   * when its files hold more, inside the hub the next call is refused          */
} hr_scratch;

#ifdef __cplusplus
}
#endif
#endif
