// Doubt: JSON that can be read and yet does not say one thing only.
#pragma once

#include <simdjson.h>

namespace homeroom::fhir_ndjson {

/// Why a document is not to be believed: a name that stands twice in one object, of which readers
/// take either, or nesting deeper than 128 levels. nullptr if it is.
const char* doubt(simdjson::dom::element document);

}  // namespace homeroom::fhir_ndjson
