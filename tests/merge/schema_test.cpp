#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "tests/merge/child.hpp"

namespace homeroom::merge::testing {
namespace {

/// valijson knows drafts up to 7; the schema uses only words that 2020-12 and draft 7 share.
bool is_valid(const std::string& schema_text, const std::string& document) {
  auto schema_json = nlohmann::json::parse(schema_text);
  auto document_json = nlohmann::json::parse(document);
  valijson::Schema schema;
  valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
  parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(schema_json), schema);
  valijson::Validator validator;
  return validator.validate(schema, valijson::adapters::NlohmannJsonAdapter(document_json),
                            nullptr);
}

std::string written(const std::string& rows) {
  std::string out;
  auto small = model();
  record::ProfileWriter(small).write(out, "p-1", rows, nullptr);
  return out;
}

TEST(ProfileSchema, AcceptsAWrittenProfile) {
  auto rows = row(model(), "student", "sis",
                  {{"name.first", "Ona"},
                   {"birthDate", "2014-11-03"},
                   {"sex", "F"},
                   {"races", "[\"ASIAN\"]"},
                   {"section504", "false"},
                   {"addresses.home.city", "X"}}) +
              row(model(), "enrollment", "sis|E1", {{"school", "O7"}, {"entryDate", "2022-08-19"}});
  EXPECT_TRUE(is_valid(profile_schema(model()), written(rows)));
}

TEST(ProfileSchema, RefusesACodeOutsideItsOptionSet) {
  auto rows = row(model(), "student", "sis", {{"sex", "female"}});
  EXPECT_FALSE(is_valid(profile_schema(model()), written(rows)));
}

TEST(ProfileSchema, RefusesAPropertyTheModelDoesNotHave) {
  EXPECT_FALSE(is_valid(profile_schema(model()), R"({"id":"p-1","shoeSize":"37"})"));
}

TEST(ProfileSchema, RefusesADateThatIsNotOne) {
  auto rows = row(model(), "student", "sis", {{"birthDate", "11/03/2014"}});
  EXPECT_FALSE(is_valid(profile_schema(model()), written(rows)));
}

TEST(ProfileSchema, TellsTheClassOfAField) {
  auto schema = nlohmann::json::parse(profile_schema(model()));
  EXPECT_EQ(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
  auto& vaccine = schema["properties"]["immunizations"]["items"]["properties"]["vaccine"];
  EXPECT_EQ(vaccine["x-class"], "health");
}

}  // namespace
}  // namespace homeroom::merge::testing
