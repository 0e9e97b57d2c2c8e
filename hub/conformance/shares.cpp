#include "hub/conformance/shares.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "hub/conformance/bench.hpp"
#include "hub/world/digest.hpp"

namespace homeroom::conformance {

Shares::Shares(size_t count) {
  for (size_t i = 1; i <= count; ++i) {
    Texts texts;
    texts.id = fmt::format("kit-{}", i);
    texts.key = fmt::format("kit/kit/{}/{}", texts.id, i);
    texts.body = fmt::format(
        R"({{"id":"{}","names":[{{"given":"{}","family":"Kit"}}],"birthDate":"2016-01-01"}})",
        texts.id, canary());
    texts.digest = world::hex(world::sha256(texts.body));
    texts_.push_back(std::move(texts));
  }
  std::ranges::sort(texts_, {}, &Texts::id);
  uint64_t sequence = 0;
  for (const auto& texts : texts_) {
    plugin::Share share;
    share.key = texts.key;
    share.id = texts.id;
    share.sequence = ++sequence;
    share.digest = texts.digest;
    share.body = texts.body;
    shares_.push_back(share);
  }
}

Written write_all(plugin::Instance& instance, const std::vector<plugin::Share>& shares, size_t step,
                  uint64_t number) {
  Written written{std::vector(shares.size(), plugin::Verdict::not_now),
                  std::vector<std::string>(shares.size())};
  auto answer = [&](std::string_view key, plugin::Verdict verdict, std::string_view why) {
    auto found = std::ranges::find(shares, key, &plugin::Share::key);
    expect(found != shares.end(), "it answers for a share that was not put");
    auto at = static_cast<size_t>(found - shares.begin());
    written.verdicts[at] = verdict;
    written.why[at] = why;
  };
  auto writer = instance.begin({"kit", instance.takes(), number, shares.size()}, answer);
  for (size_t at = 0; at < shares.size(); at += step)
    writer->put(std::span(shares).subspan(at, std::min(step, shares.size() - at)));
  writer->finish();
  return written;
}

}  // namespace homeroom::conformance
