// MaskedReason: what a destination says of a share, without what the share says of a child. The
// contract of plugins asks for a sentence without a value; a server behind one may not know that.
#pragma once

#include <string>
#include <string_view>

namespace homeroom::flow {

/// The sentence, cleaned and at most 200 bytes of it. Words that are values of the share (`body` is
/// its JSON) are masked by their shape; names of its fields stay.
std::string masked_reason(std::string_view why, std::string_view body);

}  // namespace homeroom::flow
