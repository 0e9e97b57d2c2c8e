// Which addresses lie on the open network.
#pragma once

struct sockaddr;

namespace homeroom::world {

/// False for every address that IANA keeps for special purposes (RFC 6890 and its registries: this
/// host, private, link-local with the metadata services of clouds, shared, documentation,
/// multicast), for other families, and for IPv6 forms that carry such an IPv4 address.
bool is_public(const sockaddr& address);

}  // namespace homeroom::world
