// Envelope: a share as the receiver gets it.
#pragma once

#include <string>

#include "homeroom/plugin.h"

namespace homeroom::webhook {

/// {"type":"share.upserted","key":...,"sequence":...,"operation":"upsert","id":...,"digest":...,
/// "data":{...}} on one line. With a removal `data` is null and `replaced_by` may follow.
void append_envelope(std::string& out, const hr_share& share);

}  // namespace homeroom::webhook
