#include "hub/validate/claims.hpp"

#include <algorithm>
#include <cstring>

#include "hub/validate/text_set.hpp"

namespace homeroom::validate {

namespace {

/// Of a fixed size, before the texts.
struct Head {
  uint64_t hash = 0;
  uint64_t number = 0;
  uint64_t rank = 0;
  double fte = 0;
  RowPlace place;
  uint32_t text = 0, student = 0, school = 0;  ///< their sizes
};

struct Claim {
  Head head;
  std::string_view text, student, school;
};

}  // namespace

Claims::~Claims() {
  for (const auto& part : parts_)
    for (auto piece : part.pieces) scratch_->forget(piece);
}

void Claims::add(const std::string& text, uint64_t number, RowPlace place,
                 const Claimant& claimant) {
  Head head;
  head.hash = hash_of(record::text(text));
  head.number = number;
  head.rank = claimant.rank;
  head.fte = claimant.fte;
  head.place = place;
  head.text = static_cast<uint32_t>(text.size());
  head.student = static_cast<uint32_t>(claimant.student.size());
  head.school = static_cast<uint32_t>(claimant.school.size());
  // By the highest bits, so that parts follow each other as hashes do.
  auto& part = parts_[parts_.size() == 1 ? 0 : head.hash >> 58];
  part.filling.append(reinterpret_cast<const char*>(&head), sizeof head);
  part.filling.append(text).append(claimant.student).append(claimant.school);
  auto piece_bytes =
      scratch_ ? std::clamp<uint64_t>(scratch_->budget() / 8 / most_parts, 1 << 10, 256 << 10)
               : UINT64_MAX;
  if (part.filling.size() < piece_bytes) return;
  part.pieces.push_back(scratch_->put(part.filling));
  part.filling.clear();
}

void Claims::settle(const std::function<void(const Claimant&, RowPlace, RowPlace)>& take) {
  for (auto& part : parts_) {
    std::string bytes, piece;
    for (auto number : part.pieces) {
      scratch_->get(number, piece);
      bytes += piece;
    }
    bytes += part.filling;
    settle(bytes, take);
  }
}

/// Equal hashes stand side by side after sorting; each row that another student's row equals is
/// told.
void Claims::settle(const std::string& bytes,
                    const std::function<void(const Claimant&, RowPlace, RowPlace)>& take) {
  std::vector<Claim> claims;
  for (const auto *at = bytes.data(), *end = at + bytes.size(); at != end;) {
    auto& claim = claims.emplace_back();
    std::memcpy(&claim.head, at, sizeof claim.head);
    at += sizeof claim.head;
    claim.text = {at, claim.head.text};
    claim.student = {claim.text.end(), claim.head.student};
    claim.school = {claim.student.end(), claim.head.school};
    at = claim.school.end();
  }
  std::ranges::sort(claims, {},
                    [](const Claim& one) { return std::pair(one.head.hash, one.head.number); });
  for (auto from = claims.begin(); from != claims.end();) {
    auto to = std::find_if(from, claims.end(),
                           [&](const Claim& one) { return one.head.hash != from->head.hash; });
    for (auto one = from; one != to; ++one) {
      auto other = std::find_if(from, to, [&](const Claim& it) {
        return it.head.rank != one->head.rank && it.text == one->text;
      });
      if (other == to) continue;
      take({one->head.rank, std::string(one->student), std::string(one->school), one->head.fte},
           one->head.place, other->head.place);
    }
    from = to;
  }
}

}  // namespace homeroom::validate
