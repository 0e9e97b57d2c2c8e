// What hub and runner tell each other beside rows, in the hub's own types. The unpackers throw
// Error(fail) for bytes that make no sense.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hub/plugin/frame.hpp"
#include "hub/plugin/instance.hpp"
#include "hub/plugin/open.hpp"
#include "hub/plugin/sandbox.hpp"

namespace homeroom::plugin {

/// The second question, behind a Confinement.
struct OpenRequest {
  Found found;  ///< name, version and path of the library, for messages
  CheckedSettings settings;
};

void pack(Pack& to, const Confinement& what);
Confinement unpack_confinement(Unpack& from);
void pack(Pack& to, const std::vector<Layer>& layers);
std::vector<Layer> unpack_layers(Unpack& from);
void pack(Pack& to, const OpenRequest& what);
OpenRequest unpack_open(Unpack& from);
void pack(Pack& to, const std::vector<StreamInfo>& streams);
std::vector<StreamInfo> unpack_streams(Unpack& from);
void pack(Pack& to, const ReadRequest& what);
ReadRequest unpack_read(Unpack& from);
void pack(Pack& to, const End& end);
End unpack_end(Unpack& from);
void pack(Pack& to, const Aside& aside);
Aside unpack_aside(Unpack& from);
void pack(Pack& to, const Delivery& what);
Delivery unpack_delivery(Unpack& from);
void pack(Pack& to, std::span<const Share> shares);
/// Views of the frame.
std::vector<Share> unpack_shares(Unpack& from);
void pack(Pack& to, const Error& error);
Error unpack_error(Unpack& from);

/// The text without control characters and bytes that are no UTF-8, at most `most` bytes of it: for
/// what goes to logs and reports.
std::string clean(std::string_view text, std::size_t most = 1020);

}  // namespace homeroom::plugin
