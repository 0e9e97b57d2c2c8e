#include "hub/flow/posting_pile.hpp"

#include <algorithm>
#include <bit>
#include <functional>

namespace homeroom::flow {

std::vector<store::Posting> PostingPile::take() {
  std::vector<store::Posting> all;
  all.reserve(postings_.size());
  postings_.each_last_time([&](const SmallPosting& one) { all.push_back(one.posting()); });
  return all;
}

/// Tokens are hashes: their first bits lay them out evenly.
std::vector<SmallPosting> PostingPile::take_sorted() {
  auto bits =
      static_cast<unsigned>(std::min<std::size_t>(32, std::bit_width(postings_.size() / 16 + 1)));
  return sorted_by_place(
      postings_, std::size_t{1} << bits,
      [&](const SmallPosting& one) { return one.token() >> (64 - bits); }, std::less<>());
}

}  // namespace homeroom::flow
