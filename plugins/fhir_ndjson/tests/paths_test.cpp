#include "plugins/fhir_ndjson/paths.hpp"

#include <gtest/gtest.h>

#include "homeroom/error.hpp"
#include "plugins/fhir_ndjson/extract.hpp"

namespace homeroom::fhir_ndjson {
namespace {

// What a path finds in a document; "(null)" if nothing.
std::string found(const std::string& path, const std::string& json) {
  Resource resource{"Patient", "id", {{"it", path, ""}}};
  Extract extract(resource, {"it"});
  Cells cells(1);
  simdjson::dom::parser parser;
  extract.row(parser.parse(json).get_object(), cells);
  return cells.texts()[0].empty() ? "(null)" : std::string(cells.texts()[0]);
}

TEST(Paths, FollowFieldsAndNumbers) {
  EXPECT_EQ(found("a.b", R"({"a":{"b":"x"}})"), "x");
  EXPECT_EQ(found("a[1].b", R"({"a":[{"b":"x"},{"b":"y"}]})"), "y");
  EXPECT_EQ(found("a[2].b", R"({"a":[{"b":"x"}]})"), "(null)");
  EXPECT_EQ(found("a.b", R"({"a":"text"})"), "(null)");
}

TEST(Paths, ChooseAnItemByAText) {
  const std::string json =
      R"({"i":[{"system":"https://a.example/x.y","value":"1"},{"system":"b","value":"2"}]})";
  EXPECT_EQ(found("i[system=https://a.example/x.y].value", json), "1");
  EXPECT_EQ(found("i[system=b].value", json), "2");
  EXPECT_EQ(found("i[system=c].value", json), "(null)");
}

TEST(Paths, ChooseAnItemByATextFurtherDown) {
  EXPECT_EQ(found("i[type.coding.code=MR].value",
                  R"({"i":[{"value":"0"},{"type":{"coding":[{"code":"SS"},{"code":"MR"}]},)"
                  R"("value":"7"}]})"),
            "7");
}

TEST(Paths, JoinAllItems) {
  EXPECT_EQ(found("line[*]", R"({"line":["12 Oak Street","Apt 3"]})"), "12 Oak Street Apt 3");
  EXPECT_EQ(found("line[*]", R"({"line":[]})"), "(null)");
}

TEST(Paths, TakeTheFirstOfTwoThatIsThere) {
  EXPECT_EQ(found("x|y", R"({"y":"2"})"), "2");
  EXPECT_EQ(found("x|y", R"({"y":"2","x":"1"})"), "1");
}

TEST(Paths, KeepBooleansAndNumbersAsText) {
  EXPECT_EQ(found("a", R"({"a":true})"), "true");
  EXPECT_EQ(found("a", R"({"a":12})"), "12");
  EXPECT_EQ(found("a", R"({"a":null})"), "(null)");
}

TEST(Paths, UndoEscapesOfLongAndShortTexts) {
  EXPECT_EQ(found("a", R"({"a":"Zo\u00eb"})"), "Zo\xC3\xAB");
  EXPECT_EQ(found("a", R"({"a":"a \"quoted\" text that is long"})"),
            "a \"quoted\" text that is long");
}

TEST(Paths, ThatMakeNoSenseAreSettingsToFix) {
  for (auto path : {"", "a..b", "a[", "a[x]", "a[=b]", "a[0]b", ".a", "a[-1]"}) {
    PathNode root;
    EXPECT_THROW(add_path(root, path, 0), Error) << path;
  }
}

}  // namespace
}  // namespace homeroom::fhir_ndjson
