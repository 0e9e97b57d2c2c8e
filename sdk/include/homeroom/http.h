/* homeroom/http.h - the hub's HTTP, lent to plugins as "homeroom.http/1". C99, no dependency.
 *
 * const hr_http* http = host->service(host->ctx, HR_HTTP);    NULL: this hub lends none
 *
 * The hub speaks only to the hosts that the manifest names under permissions, over TLS, and looks
 * at the address it reaches: a private one is refused unless the workspace says that the host is
 * internal. It waits for its turn where a host is asked slowly, sends again what may be sent
 * again, signs in, and ends what takes too long. Rules of plugin.h hold: strings are valid until
 * the call returns unless said otherwise, messages hold no value. One thread at a time uses an
 * instance and its replies, while a call of the hub runs (open, check, next ...); a reply is
 * released before the instance is closed. */
#ifndef HOMEROOM_HTTP_H
#define HOMEROOM_HTTP_H

#include "homeroom/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HR_HTTP "homeroom.http/1"

/* A header of a request or an answer. */
typedef struct hr_http_header {
  hr_text name, value; /* without CR, LF and NUL */
} hr_http_header;

/* Ways to sign in. */
enum {
  HR_AUTH_NONE = 0,
  HR_AUTH_BASIC = 1,  /* RFC 7617                                                              */
  HR_AUTH_BEARER = 2, /* RFC 6750: the secret is the token                                     */
  HR_AUTH_OAUTH2 = 3, /* RFC 6749, 4.4: client credentials; the hub keeps and renews the token */
  HR_AUTH_OAUTH1 = 4  /* RFC 5849 without a token: signed with consumer key and secret         */
};

/* How the hub signs in. The plugin names the secret and never needs to see it. */
typedef struct hr_http_auth {
  uint32_t size;
  int32_t kind;           /* HR_AUTH_                                                          */
  hr_text id;             /* user, client id or consumer key                                   */
  hr_text secret_setting; /* key of the instance's setting that holds the secret                */
  hr_text token_url;      /* with HR_AUTH_OAUTH2                                                */
  hr_text scope;          /* with HR_AUTH_OAUTH2; may be empty                                  */
  hr_text method;         /* with HR_AUTH_OAUTH1: "HMAC-SHA256" or "HMAC-SHA1"                  */
} hr_http_auth;

/* What is asked of a server. All of it is valid until send() returns. */
typedef struct hr_http_request {
  uint32_t size;
  hr_text method; /* "GET", "POST" ...; capital letters                                        */
  hr_text url;    /* absolute, without user and fragment                                       */
  const hr_http_header* headers;
  size_t n_headers;
  hr_text body;
  const hr_http_auth* auth; /* or NULL                                                          */
  uint32_t deadline_s;      /* from the first byte sent to the last received; 0: 120            */
  int32_t may_repeat;       /* 1: doing it twice is doing it once, so the hub may send it again
                               when it was not answered, or with 429, 502, 503 or 504           */
  int32_t whole;            /* 1: the hub has the whole body before it answers, so what is cut is
                               sent again as well; else pieces come as they arrive              */
  uint64_t most_bytes;      /* of the decoded body; more is HR_DATA. 0: 64 MiB whole, else 4 GiB;
                               whole at most 1 GiB                                             */
} hr_http_request;

/* What a server answers. */
typedef struct hr_http_reply {
  uint32_t size;
  void* self;
  int32_t status;
  int32_t proven; /* 1: length, chunks or frames say where the body ends; 0: only the end of the
                     connection does, so the body must prove it (a last bracket, a count)       */
  const hr_http_header* headers; /* names in small letters; valid until release                 */
  size_t n_headers;
  /* The next piece of the body, valid until the next call; size 0: the end. A body that breaks off
   * is HR_RETRY, never a piece followed by an end. */
  int32_t (*next)(void* self, hr_text* piece, hr_error* err);
  void (*release)(void* self); /* also in the middle of the body                                */
} hr_http_reply;

/* The table behind HR_HTTP. */
typedef struct hr_http {
  uint32_t size;
  void* ctx;
  /* HR_OK with any status that is no redirect; redirects are HR_SETTINGS, for the hub follows none.
   */
  int32_t (*send)(void* ctx, const hr_http_request* what, hr_http_reply* out, hr_error* err);
} hr_http;

#ifdef __cplusplus
}
#endif
#endif
