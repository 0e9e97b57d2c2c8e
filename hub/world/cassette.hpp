// Cassettes: exchanges kept in a folder, one JSON file each, that are played back where no server
// is:
// {"request": {"method": "GET", "url": "https://..."}, "reply": {"status": 200, "headers": {...},
//  "body": ...}}; a body that is JSON stands as such, another one as a text under "text".
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "hub/world/http.hpp"

namespace homeroom::world {

/// Answers from the files of `folder`, in the order of their names; a request that several files
/// answer gets one after the other, then the last again. One that none answers is
/// Error(not_readable), naming method and path.
std::unique_ptr<Wire> play_cassette(const std::filesystem::path& folder);

/// Passes requests on to `wire` and keeps what came as new files of `folder`. Nothing that signs in
/// is kept; of the body every text and number is replaced by another of the same shape, the same
/// one by the same, dates by dates of the same year. Times stay, and the values of members named in
/// `keep`: what a plugin acts on, as status or role.
std::unique_ptr<Wire> record_cassette(std::unique_ptr<Wire> wire, std::filesystem::path folder,
                                      std::vector<std::string> keep);

}  // namespace homeroom::world
