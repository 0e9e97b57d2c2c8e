#include "hub/settings/node.hpp"

#include <gmock/gmock.h>

#include "tests/settings/refusal.hpp"

namespace homeroom::settings {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct Refused {
  std::string yaml, place, says;
};

TEST(Node, refuses_what_can_hide_or_multiply_values) {
  const Refused all[] = {
      {"a: &x 1\n", "f:1:", "anchors"},
      {"a: 1\nb: *x\n", "f:2:", ""},
      {"a: !!int 1\n", "f:1:", "tags"},
      {"a: !own {b: 1}\n", "f:1:", "tags"},
      {"a: 1\nb: 2\na: 3\n", "f:3:1", "first in line 1"},
      {"a:\n  <<: {b: 1}\n", "f:2:3", "merge"},
      {"a: 1\n---\nb: 2\n", "f:", "second document"},
      {"? [a, b]\n: 1\n", "f:1:", "name is expected"},
      {"a: [1, 2\n", "f:", ""},
      {"a: \"\xff\"\n", "f:1", "UTF-8"},
      {std::string(60, '[') + std::string(60, ']'), "f:1:", "50 levels"},
      {std::string(100'000, '['), "f:1:", ""},
      {"a: 1\nb: \xe0\x80\x80\n", "f:2", "UTF-8"},
      {"a: \xed\xa0\x80\n", "f:1", "UTF-8"},
      {"a: \xf4\x90\x80\x80\n", "f:1", "UTF-8"},
      {"a: \xc3", "f:1", "UTF-8"},
      {"\xff\xfe"
       "a",
       "f:1", "UTF-8"},
      {"a: 1\nb: \x07\n", "f:2", "control character"},
      {std::string("a: \0b\n", 6), "f:1", "control character"},
      {"a:\n\tb: 1\n", "f:2:", ""},
  };
  for (const auto& one : all) {
    auto message = refusal([&] { parse(one.yaml, "f"); });
    EXPECT_THAT(message, StartsWith(one.place)) << one.yaml.substr(0, 40);
    EXPECT_THAT(message, HasSubstr(one.says)) << one.yaml.substr(0, 40);
  }
}

TEST(Node, refuses_more_values_than_a_person_writes) {
  std::string yaml = "a: [";
  for (int i = 0; i < 100'001; ++i) yaml += "1,";
  EXPECT_THAT(refusal([&] { parse(yaml + "1]", "f"); }), HasSubstr("100,000"));
}

TEST(Node, tells_many_names_of_one_map_apart_without_waiting) {
  std::string yaml;
  for (int i = 0; i < 49'000; ++i) yaml += "name" + std::to_string(i) + ": \n";
  EXPECT_THAT(refusal([&] { parse(yaml + "name7: \n", "f"); }),
              HasSubstr("f:49001:1: name7 stands here twice, first in line 8"));
}

TEST(Node, refuses_more_than_10_MB) {
  EXPECT_THAT(refusal([&] { parse(std::string((10 << 20) + 1, ' '), "f"); }), HasSubstr("10 MB"));
}

TEST(Node, keeps_scalars_as_they_stand) {
  auto node = parse("a: no\nb: 010\nc: 1e3\nd: \"07\"\ne: ''\n", "f");
  EXPECT_EQ(node.find("a").text(), "no");
  EXPECT_EQ(node.find("b").text(), "010");
  EXPECT_EQ(node.find("c").text(), "1e3");
  EXPECT_TRUE(node.find("d").was_quoted());
  EXPECT_FALSE(node.find("b").was_quoted());
  EXPECT_EQ(node.find("e").text(), "");
}

TEST(Node, reads_what_is_asked_for) {
  auto node = parse(
      "b: true\ni: -7\np: 2%\nq: 0.5\nd: 30 days\nh: 26 hours\nw: 8 days\ns: 30 seconds\nm: 1 "
      "minute\nt: 1970-01-02\n",
      "f");
  EXPECT_TRUE(node.find("b").boolean());
  EXPECT_EQ(node.find("i").integer(), -7);
  EXPECT_DOUBLE_EQ(node.find("p").proportion(), 0.02);
  EXPECT_DOUBLE_EQ(node.find("q").proportion(), 0.5);
  EXPECT_EQ(node.find("d").days(), 30);
  EXPECT_DOUBLE_EQ(node.find("h").hours(), 26);
  EXPECT_DOUBLE_EQ(node.find("w").hours(), 192);
  EXPECT_EQ(node.find("s").seconds(), 30);
  EXPECT_EQ(node.find("m").seconds(), 60);
  EXPECT_EQ(node.find("t").date(), 1);
}

TEST(Node, refuses_readings_that_do_not_fit) {
  for (const char* word : {"yes", "0x10", "1 apple", "2026-13-01", "-3 days", "nan", "inf hours",
                           "77777777777777777777 days"}) {
    auto node = parse("a: " + std::string(word), "f").find("a");
    EXPECT_THAT(refusal([&] { node.boolean(); }), StartsWith("f:1:4")) << word;
    EXPECT_THAT(refusal([&] { node.integer(); }), StartsWith("f:1:4")) << word;
    EXPECT_THAT(refusal([&] { node.proportion(); }), StartsWith("f:1:4")) << word;
    EXPECT_THAT(refusal([&] { node.days(); }), StartsWith("f:1:4")) << word;
    EXPECT_THAT(refusal([&] { node.hours(); }), StartsWith("f:1:4")) << word;
    EXPECT_THAT(refusal([&] { node.seconds(); }), StartsWith("f:1:4")) << word;
    EXPECT_THAT(refusal([&] { node.date(); }), StartsWith("f:1:4")) << word;
  }
}

TEST(Node, names_the_setting_that_may_have_been_meant) {
  auto node = parse("soruces: 1\n", "f");
  EXPECT_EQ(refusal([&] {
              node.only({"sources", "jobs"});
            }),
            "f:1:1: unknown setting soruces, did you mean sources?");
  EXPECT_EQ(did_you_mean("elephant", {"jobs"}), std::nullopt);
}

TEST(Node, says_what_is_missing_and_where) {
  auto node = parse("a:\n  b: 1\n", "f");
  EXPECT_EQ(refusal([&] { node.find("a").require("c"); }), "f:2:3: c is missing");
}

TEST(Node, an_empty_file_is_nothing) {
  EXPECT_FALSE(parse("", "f"));
  EXPECT_FALSE(parse("# only words\n", "f"));
}

}  // namespace
}  // namespace homeroom::settings
