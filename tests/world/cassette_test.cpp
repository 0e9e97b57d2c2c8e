// What a server answered is kept without values and played back.
#include "hub/world/cassette.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "homeroom/error.hpp"
#include "hub/world/scrub.hpp"
#include "plugins/webhook/tests/receiver.hpp"
#include "tests/world/scratch.hpp"

namespace homeroom::world {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::ordered_json;

Http line_over(std::unique_ptr<Wire> wire, const std::string& host) {
  static const SystemClock clock;
  static const Cancel cancel;
  return Http({{host}, {host}}, {clock, cancel, std::move(wire), {}});
}

HttpRequest get(const std::string& url) {
  HttpRequest request;
  request.url = url;
  return request;
}

std::string all_files(const std::filesystem::path& folder) {
  std::string all;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    all += read_whole(entry.path(), 1 << 20);
  return all;
}

TEST(Cassette, PlaysBackWhatWasRecordedWithoutServerSecretsAndValues) {
  auto folder = scratch();
  std::string url;
  {
    webhook::Receiver server([](const webhook::Received& asked) {
      if (asked.head.starts_with("POST"))
        return webhook::answer(200, "", R"({"access_token":"very-secret","expires_in":3600})");
      return webhook::answer(
          200, "X-Total-Count: 1\r\nSet-Cookie: very-secret\r\n",
          R"({"users":[{"sourcedId":"u17","status":"active","givenName":"Zyxwine","birthDate":"2014-11-03",)"
          R"("dateLastModified":"2026-03-01T08:00:00.000Z","lunch":900170,"mother":{"sourcedId":"u17"}}]})");
    });
    url = server.url();
    Secret secret("very-secret");
    auto request = get(url + "?limit=2");
    request.sign_in = {SignIn::Kind::oauth2, "district", &secret, url, "", ""};
    Cancel cancel;
    auto http = line_over(
        record_cassette(make_wire({{}, {"127.0.0.1"}}, cancel), folder.path(), {"status"}),
        "127.0.0.1");
    EXPECT_THAT(rest_of(*http.send(request)), HasSubstr("Zyxwine"));  // the plugin gets the truth
  }
  auto kept = all_files(folder.path());
  for (const auto* value : {"very-secret", "Zyxwine", "u17", "900170", "11-03", "Cookie"})
    EXPECT_THAT(kept, Not(HasSubstr(value)));

  auto http = line_over(play_cassette(folder.path()), "127.0.0.1");
  auto reply = http.send(get(url + "?limit=2"));
  EXPECT_EQ(value_of(reply->headers, "x-total-count"), "1");
  auto user = Json::parse(rest_of(*reply))["users"][0];
  EXPECT_EQ(user["status"], "active");
  EXPECT_EQ(user["dateLastModified"], "2026-03-01T08:00:00.000Z");
  EXPECT_EQ(user["mother"]["sourcedId"], user["sourcedId"]);
  EXPECT_THAT(user["birthDate"].get<std::string>(),
              testing::MatchesRegex("2014-[01][0-9]-[0-2][0-9]"));
  EXPECT_TRUE(user["lunch"].is_number());
}

TEST(Cassette, AnswersOneAfterTheOtherAndThenTheLastAgain) {
  auto folder = scratch();
  for (const auto* number : {"1", "2"})
    write_atomically(folder.path() / (std::string(number) + ".json"),
                     std::string(R"({"request":{"method":"GET","url":"https://sis.example/a"},)") +
                         R"("reply":{"status":200,"body":)" + number + "}}");
  auto http = line_over(play_cassette(folder.path()), "sis.example");
  for (const auto* body : {"1", "2", "2"})
    EXPECT_EQ(rest_of(*http.send(get("https://sis.example/a"))), body);
}

TEST(Cassette, SaysWhatItHasNoAnswerTo) {
  auto folder = scratch();
  write_atomically(folder.path() / "1.json",
                   R"({"request":{"method":"GET","url":"https://sis.example/a"},)"
                   R"("reply":{"status":200,"body":[]}})");
  auto http = line_over(play_cassette(folder.path()), "sis.example");
  try {
    http.send(get("https://sis.example/b?name=Zyxwine"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.next, Next::not_readable);
    EXPECT_THAT(error.what(), HasSubstr("GET https://sis.example/b"));
    EXPECT_THAT(error.what(), Not(HasSubstr("Zyxwine")));
  }
}

TEST(Cassette, RefusesAFileThatIsNone) {
  auto folder = scratch();
  EXPECT_THROW(play_cassette(folder.path()), Error);
  write_atomically(folder.path() / "1.json", R"({"request":{}})");
  EXPECT_THROW(play_cassette(folder.path()), Error);
}

TEST(Scrub, KeepsShapesAndSamenessAndNothingElse) {
  Scrub scrub({});
  for (const std::string text : {"Anna-Lena O'Testwood", "918273645", "(555) 010-0199"}) {
    auto other = scrub.text(text);
    EXPECT_NE(other, text);
    EXPECT_EQ(other, scrub.text(text));
    EXPECT_NE(other, Scrub({}).text(text));
    for (size_t i = 0; i < text.size(); ++i)
      EXPECT_EQ(std::isalnum(static_cast<unsigned char>(text[i])) != 0,
                std::isalnum(static_cast<unsigned char>(other[i])) != 0);
  }
}

TEST(Scrub, PutsNoValueInItsOwnPlace) {
  Scrub scrub({});
  for (char letter = 'a'; letter <= 'z'; ++letter)
    EXPECT_NE(scrub.text(std::string(1, letter)), std::string(1, letter));
  for (int day = 10; day <= 28; ++day)
    for (const std::string month : {"2014-11-", "2015-02-", "2016-12-"})
      EXPECT_NE(scrub.text(month + std::to_string(day)), month + std::to_string(day));
  EXPECT_EQ(scrub.text("-0.0"), "-0.0");  // there is nothing to change
  for (double number : {17.0, -2.5, 1.5e30, 4e-9}) {
    auto other = scrub(nlohmann::ordered_json(number));
    EXPECT_TRUE(other.is_number());
    EXPECT_NE(other, nlohmann::ordered_json(number));
  }
}

}  // namespace
}  // namespace homeroom::world
