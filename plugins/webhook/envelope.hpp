// Envelope: a share as the receiver gets it.
#pragma once

#include <string>

#include "homeroom/sink.hpp"

namespace homeroom::webhook {

/// {"type":"share.upserted","key":...,"sequence":...,"operation":"upsert","id":...,"digest":...,
/// "data":{...}} on one line. With a removal `data` is null and `replaced_by` may follow.
void append_envelope(std::string& out, const Share& share);

}  // namespace homeroom::webhook
