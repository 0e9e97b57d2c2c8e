#include <map>

#include <gmock/gmock.h>

#include "homeroom/sdk.hpp"

namespace homeroom {
namespace {

using testing::Pair;
using testing::UnorderedElementsAre;

class Basket : public Sink {
 public:
  Basket(const Host&, const Settings& settings) : refused_(settings.text("refused")) {}
  Takes takes() override { return Takes::delta; }
  std::unique_ptr<Writer> begin(const Delivery& what) override {
    if (what.number == 0) throw Error(Next::retry, "not before noon", 60);
    return std::make_unique<Putting>(what.answer, refused_);
  }

 private:
  struct Putting : Writer {
    Putting(Answer with, std::string no) : answer(std::move(with)), refused(std::move(no)) {}
    void put(std::span<const Share> shares) override {
      for (auto& share : shares)
        answer(share.key, share.id == refused ? Verdict::refused : Verdict::taken, "");
    }
    void finish() override {}
    Answer answer;
    std::string refused;
  };
  std::string refused_;
};

}  // namespace
}  // namespace homeroom

HOMEROOM_SINK(homeroom::Basket, "basket", "1.0.0")

namespace homeroom {
namespace {

class Edge : public testing::Test {
 protected:
  ~Edge() override {
    if (self) plugin.close(self);
  }
  int32_t open(std::vector<hr_setting> settings) {
    return plugin.open(nullptr, settings.data(), settings.size(), &self, &err);
  }
  const hr_sink& sink() { return *static_cast<const hr_sink*>(plugin.contract(HR_SINK)); }

  const hr_plugin& plugin = *homeroom_plugin(HR_ABI);
  void* self = nullptr;
  hr_error err{};
};

TEST_F(Edge, ServesItsOwnMajorVersionOnly) {
  EXPECT_EQ(homeroom_plugin(2u << 16), nullptr);
  EXPECT_NE(homeroom_plugin(HR_ABI + 1), nullptr);
  EXPECT_EQ(plugin.contract(HR_SOURCE), nullptr);
  EXPECT_NE(plugin.contract(HR_CHECK), nullptr);
}

TEST_F(Edge, TurnsAMissingSettingIntoItsCode) {
  EXPECT_EQ(open({}), HR_SETTINGS);
  EXPECT_STREQ(err.message, "setting refused is missing");
}

TEST_F(Edge, TurnsAnErrorIntoItsCodeAndItsWait) {
  ASSERT_EQ(open({{text("refused"), text("x")}}), HR_OK);
  hr_delivery delivery{.size = sizeof(hr_delivery)};
  hr_writer writer{.size = sizeof(hr_writer)};
  EXPECT_EQ(sink().begin(self, &delivery, &writer, &err), HR_RETRY);
  EXPECT_EQ(err.retry_after_s, 60u);
}

TEST_F(Edge, CarriesSharesInAndVerdictsOut) {
  ASSERT_EQ(open({{text("refused"), text("b")}}), HR_OK);
  EXPECT_EQ(sink().takes(self), HR_DELTA);
  std::map<std::string, int32_t> verdicts;
  hr_delivery delivery{.size = sizeof(hr_delivery), .number = 1, .ctx = &verdicts};
  delivery.answer = [](void* ctx, hr_text key, int32_t verdict, hr_text) {
    (*static_cast<std::map<std::string, int32_t>*>(ctx))[std::string(view(key))] = verdict;
  };
  hr_writer writer{.size = sizeof(hr_writer)};
  ASSERT_EQ(sink().begin(self, &delivery, &writer, &err), HR_OK);
  hr_share shares[2] = {{.size = sizeof(hr_share), .key = text("k1"), .id = text("a")},
                        {.size = sizeof(hr_share), .key = text("k2"), .id = text("b")}};
  EXPECT_EQ(writer.put(writer.self, shares, 2, &err), HR_OK);
  EXPECT_EQ(writer.finish(writer.self, &err), HR_OK);
  writer.release(writer.self);
  EXPECT_THAT(verdicts, UnorderedElementsAre(Pair("k1", HR_TAKEN), Pair("k2", HR_REFUSED)));
}

TEST(Batch, KeepsShortTextsInTheirViewsAndLongOnesInTheArena) {
  Batch batch;
  batch.add_text("a");
  batch.add_integer("_line");
  batch.add({"short"}, {1});
  batch.add({"a text that is longer than twelve"}, {2});
  batch.add({""}, {3});
  EXPECT_EQ(batch.text_at(batch.texts()[0], 0), "short");
  EXPECT_EQ(batch.text_at(batch.texts()[0], 1), "a text that is longer than twelve");
  hr_batch out{.size = sizeof(hr_batch)};
  batch.lend(out);
  EXPECT_STREQ(out.schema.children[0]->format, "vu");
  EXPECT_EQ(out.rows.children[0]->null_count, 1);
  EXPECT_EQ(static_cast<const int64_t*>(out.rows.children[0]->buffers[4])[1], 33);
  out.rows.release(&out.rows);
  out.schema.release(&out.schema);
  EXPECT_EQ(out.rows.release, nullptr);
}

}  // namespace
}  // namespace homeroom
