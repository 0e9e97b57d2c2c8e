// The connector as the hub opens it, against a service on this machine.
#include "plugins/oneroster_rest/tests/service.hpp"
#include "tests/sdk/plugin_in_hub.hpp"

namespace homeroom::oneroster_rest {
namespace {

using plugin::Mode;
using plugin::Proof;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using webhook::answer;

const std::vector<std::string> short_columns = {"sourcedId", "givenName"};

enum class Carrier { process, runner };
std::string name_of(Carrier carrier) {
  return carrier == Carrier::runner ? "in_a_runner" : "in_the_hub";
}

class OneRosterRest : public plugin::PluginInHub {
 protected:
  OneRosterRest() : PluginInHub("oneroster_rest") {
    world::write_atomically(folder.path() / "word", "s3cret", 0400);
    add_users(5);
    set({});
  }

  /// The settings of a 1.2 service with OAuth 2, changed or added to.
  void set(const std::map<std::string, std::string>& others) {
    std::map<std::string, std::string> all = {
        {"url", service.url()},    {"token_url", service.token_url()},
        {"client_id", "district"}, {"client_secret.secret", "word"},
        {"page_size", "2"},        {"network.internal.0", "127.0.0.1"}};
    for (const auto& [key, value] : others) all[key] = value;
    settings.assign(all.begin(), all.end());
  }

  plugin::Instance& source() {
    const auto& found = catalogue.find(name);
    auto checked =
        check_settings(found.manifest, settings, "/", world::SecretFolder(folder.path()));
    plugin::Surroundings around{clock, log, cancel, {}, {}};
    instance = carrier == Carrier::runner ? open_in_runner(found, checked, around)
                                          : open_in_process(found, checked, around);
    return *instance;
  }

  std::vector<std::string> read(const std::string& stream, const std::vector<std::string>& columns,
                                Mode mode = Mode::full, const std::string& since = "") {
    auto reader = source().read({stream, since, mode, columns, 3, 1 << 24});
    std::vector<std::string> all;
    gone.clear();
    while (auto arrival = reader->next())
      for (uint32_t row = 0; row < arrival->rows.rows; ++row) {
        all.push_back(line_of(arrival->rows, row));
        if (!arrival->rows.is_gone.empty() && arrival->rows.is_gone[row])
          gone.push_back(all.back());
      }
    end = reader->end();
    asides = reader->take_asides();
    return all;
  }

  void add_users(int count) {
    auto& users = service.collections["users"];
    for (int i = 0; i < count; ++i) {
      auto number = std::to_string(users.size() + 1);
      users.push_back({{"sourcedId", "u" + number},
                       {"status", "active"},
                       {"dateLastModified", "2026-03-0" + number + "T08:00:00.000Z"},
                       {"givenName", "Tamsin" + number},
                       {"password", "never"}});
    }
  }

  Service service;
  Carrier carrier = Carrier::process;
};

/// What a plugin asks of the hub's HTTP comes to the same wherever the plugin runs.
class InEachCarrier : public OneRosterRest, public ::testing::WithParamInterface<Carrier> {
 protected:
  InEachCarrier() { carrier = GetParam(); }
};
INSTANTIATE_TEST_SUITE_P(OneRosterRest, InEachCarrier,
                         ::testing::Values(Carrier::process, Carrier::runner),
                         [](const auto& one) { return name_of(one.param); });

TEST_P(InEachCarrier, ReadsAllPagesAndProvesTheirNumber) {
  EXPECT_THAT(read("users", short_columns),
              ElementsAre("u1|Tamsin1", "u2|Tamsin2", "u3|Tamsin3", "u4|Tamsin4", "u5|Tamsin5"));
  EXPECT_TRUE(end.complete);
  EXPECT_EQ(end.proof, Proof::format);
  EXPECT_EQ(end.records, 5u);
  EXPECT_EQ(service.asked("users"), 3);
}

TEST_P(InEachCarrier, PagesByWhatCameWhereTheServerGivesFewer) {
  set({{"page_size", "4"}});
  service.most_page = 3;
  EXPECT_THAT(read("users", short_columns), SizeIs(5));
  EXPECT_EQ(end.proof, Proof::format);
}

TEST_P(InEachCarrier, FollowsTheLinksOfTheServer) {
  service.gives_links = true;
  EXPECT_THAT(read("users", short_columns), SizeIs(5));
  EXPECT_TRUE(end.complete);
}

TEST_P(InEachCarrier, ProvesNothingWhereNoTotalIsTold) {
  service.tells_total = false;
  EXPECT_THAT(read("users", short_columns), SizeIs(5));
  EXPECT_TRUE(end.complete);
  EXPECT_EQ(end.proof, Proof::none);
}

TEST_P(InEachCarrier, TellsPartsOfARecordAsTheCsvBindingDoes) {
  service.collections["users"] = Json::parse(R"([{
    "sourcedId": "u1", "status": "active", "dateLastModified": "2026-03-01T08:00:00.000Z",
    "grades": ["09", "10"], "userIds": [{"type": "SIS", "identifier": "9001"},
                                        {"identifier": "77", "type": "lunch"}],
    "agents": [{"sourcedId": "u7", "href": "https://elsewhere.example/u7"}],
    "primaryOrg": {"sourcedId": "o1"}, "enabledUser": "true", "password": "never",
    "roles": [{"roleType": "primary", "role": "student", "org": {"sourcedId": "o1"}},
              {"roleType": "secondary", "role": "aide", "org": {"sourcedId": "o2"}}]}])");
  EXPECT_THAT(read("users", {"userIds", "grades", "agentSourcedIds", "primaryOrgSourcedId"}),
              ElementsAre("{SIS:9001},{lunch:77}|09,10|u7|o1"));
  EXPECT_THAT(read("roles", {"userSourcedId", "orgSourcedId", "role", "roleType"}),
              ElementsAre("u1|o1|student|primary", "u1|o2|aide|secondary"));
}

TEST_P(InEachCarrier, ReadsTheOlderFormWithOneRoleAndManyOrgs) {
  set({{"version", "1.1"}, {"sign_in", "oauth1"}});
  service.collections["users"] = Json::parse(R"([{
    "sourcedId": "u1", "status": "active", "role": "student", "grades": "09",
    "orgs": [{"sourcedId": "o1"}, {"sourcedId": "o2"}]}])");
  EXPECT_THAT(read("users", {"sourcedId", "role", "orgSourcedIds", "grades"}),
              ElementsAre("u1|student|o1,o2|09"));
  EXPECT_THAT(service.headers("users", "Authorization"),
              ElementsAre(HasSubstr("oauth_consumer_key=\"district\"")));
}

TEST_P(InEachCarrier, OffersNoStreamAColumnForPasswords) {
  for (const auto& stream : source().discover())
    for (const auto& column : stream.columns) EXPECT_NE(column.name, "password") << stream.name;
}

TEST_P(InEachCarrier, ReadsWhatChangedSinceAndTheEdgeOnlyOnce) {
  read("users", short_columns, Mode::full);
  auto cursor = end.cursor;
  EXPECT_THAT(read("users", short_columns, Mode::changes, cursor), IsEmpty());

  auto& users = service.collections["users"];
  users[1]["givenName"] = "Tamsin the second";
  users[1]["dateLastModified"] = "2026-03-06T09:00:00.000Z";
  users[2]["status"] = "tobedeleted";
  users[2]["dateLastModified"] = "2026-03-05T07:30:00.000Z";  // a clock that is slow
  EXPECT_THAT(read("users", short_columns, Mode::changes, cursor),
              ElementsAre("u2|Tamsin the second", "u3|Tamsin3"));
  EXPECT_THAT(gone, ElementsAre("u3|Tamsin3"));
  EXPECT_THAT(read("users", short_columns, Mode::changes, end.cursor), IsEmpty());
}

TEST_P(InEachCarrier, ReadsRolesInFullBecauseOneThatEndedLeavesNoMark) {
  for (const auto& stream : source().discover())
    EXPECT_EQ(stream.mode == Mode::full, stream.name == "roles") << stream.name;
  EXPECT_EQ(error([&] { read("roles", {}, Mode::changes); }),
            "stream 'roles' cannot say what changed");
}

TEST_P(InEachCarrier, RefusesACursorOfSomebodyElse) {
  error([&] { read("users", short_columns, Mode::changes, "yesterday"); });
  EXPECT_EQ(next, Next::not_readable);
}

TEST_P(InEachCarrier, SetsARecordWithoutItsKeyAside) {
  service.collections["users"].push_back({{"givenName", "Nobody"}});
  service.collections["users"].push_back(7);
  set({{"sort", "false"}});
  EXPECT_THAT(read("users", short_columns), SizeIs(5));
  ASSERT_THAT(asides, SizeIs(2));
  EXPECT_EQ(asides[0].record, 6u);
  EXPECT_EQ(asides[1].why, "it is no JSON object");
  EXPECT_EQ(end.records, 7u);
}

TEST_P(InEachCarrier, SetsARecordWithATooLongTextAside) {
  service.collections["users"][2]["givenName"] = std::string((1 << 20) + 1, 'x');
  EXPECT_THAT(read("users", short_columns), SizeIs(4));
  ASSERT_THAT(asides, SizeIs(1));
  EXPECT_EQ(asides[0].field, "givenName");
  EXPECT_EQ(asides[0].place, "users, page 2");
  EXPECT_THAT(read("users", {"sourcedId"}), SizeIs(5));  // nobody asked for that text
}

class RelativeLinks : public OneRosterRest, public ::testing::WithParamInterface<const char*> {};
TEST_P(RelativeLinks, LeadFromThePageTheyStandOn) {
  service.fault = [](const std::string&, int number) {
    return number == 1 ? answer(200, std::string("Link: <") + GetParam() + ">; rel=next\r\n",
                                R"({"users":[{"sourcedId":"u0"}]})")
                       : std::string();
  };
  EXPECT_THAT(read("users", {"sourcedId"}), ElementsAre("u0", "u4", "u5"));
}
INSTANTIATE_TEST_SUITE_P(OneRosterRest, RelativeLinks,
                         ::testing::Values("?limit=9&offset=3", "users?limit=9&offset=3",
                                           "/ims/oneroster/rostering/v1p2/users?limit=9&offset=3"));

TEST_P(InEachCarrier, IsNotCompleteWhenRecordsMovedBetweenThePages) {
  service.fault = [&](const std::string&, int number) {
    auto& users = service.collections["users"];
    if (number == 2) users.erase(users.begin());  // u3 slips onto the page that was read
    return std::string();
  };
  EXPECT_THAT(read("users", short_columns), SizeIs(4));
  EXPECT_FALSE(end.complete);
}

TEST_P(InEachCarrier, IsNotCompleteWhenARecordCameTwice) {
  service.tells_total = false;
  service.fault = [&](const std::string&, int number) {
    auto& users = service.collections["users"];
    if (number == 2) users.insert(users.begin(), Json{{"sourcedId", "u0"}, {"status", "active"}});
    return std::string();
  };
  EXPECT_THAT(read("users", short_columns), SizeIs(5));
  EXPECT_FALSE(end.complete);
}

TEST_P(InEachCarrier, GoesOnAfterABusyMomentInTheMiddle) {
  service.fault = [](const std::string&, int number) {
    return number == 2 ? answer(429, "Retry-After: 0\r\n") : std::string();
  };
  EXPECT_THAT(read("users", short_columns), SizeIs(5));
  EXPECT_TRUE(end.complete);
}

struct Fault {
  const char* name;
  std::string answer;
  Next next;
  const char* says;
  friend std::ostream& operator<<(std::ostream& out, const Fault& one) { return out << one.name; }
};
class Faults : public OneRosterRest,
               public ::testing::WithParamInterface<std::tuple<Carrier, Fault>> {};
TEST_P(Faults, EndTheReadAsTheHubCanActOn) {
  const auto& fault = std::get<Fault>(GetParam());
  carrier = std::get<Carrier>(GetParam());
  service.fault = [&](const std::string&, int number) {
    auto bytes = fault.answer;
    if (auto at = bytes.find("BASE"); at != bytes.npos) bytes.replace(at, 4, service.url());
    return number >= 2 ? bytes : std::string();
  };
  service.token = "t-1";
  EXPECT_THAT(error([&] { read("users", short_columns); }), HasSubstr(fault.says));
  EXPECT_EQ(next, fault.next);
}
const std::string two = R"({"users":[{"sourcedId":"x1"},{"sourcedId":"x2"}]})";
INSTANTIATE_TEST_SUITE_P(
    OneRosterRest, Faults,
    ::testing::Combine(
        ::testing::Values(Carrier::process, Carrier::runner),
        ::testing::Values(
            Fault{"an_hour_of_waiting", answer(429, "Retry-After: 3600\r\n"), Next::retry, "429"},
            Fault{"no_permission", answer(403), Next::sign_in,
                  "page 2 was answered with status 403"},
            Fault{"nothing_there", answer(404), Next::fix_settings, "404"},
            Fault{"an_error_page", answer(200, "", "<html>sorry</html>"), Next::not_readable,
                  "page 2"},
            Fault{"another_list", answer(200, "", R"({"orgs":[]})"), Next::not_readable,
                  "no list 'users'"},
            Fault{"cut_inside", answer(200, "", two.substr(0, 30)), Next::not_readable, "page 2"},
            Fault{"more_behind", answer(200, "", two + "]"), Next::not_readable, "page 2"},
            Fault{"a_link_in_a_circle",
                  answer(200,
                         "Link: <BASE/users?sort=sourcedId&orderBy=asc&limit=2&offset=0>; "
                         "rel=\"next\"\r\n",
                         two),
                  Next::not_readable, "points back"},
            Fault{"a_link_elsewhere",
                  answer(200, "Link: <https://elsewhere.example/users>; rel=next\r\n", two),
                  Next::not_readable, "another server"})),
    [](const auto& one) {
      return std::get<Fault>(one.param).name + ("_" + name_of(std::get<Carrier>(one.param)));
    });

TEST_P(InEachCarrier, ChecksThatItMayReadTheSchools) {
  service.collections["orgs"] = Json::array();
  EXPECT_EQ(error([&] { source().check(); }), "");
  service.collections.erase("orgs");
  EXPECT_THAT(error([&] { source().check(); }), HasSubstr("the list of orgs"));
}

TEST_P(InEachCarrier, PlaysACassette) {
  auto sample = std::string(HOMEROOM_SOURCE_DIR) + "/plugins/oneroster_rest/sample/";
  settings = {{"url", "https://sis.example/ims/oneroster/rostering/v1p2"},
              {"token_url", "https://sis.example/oauth/token"},
              {"client_id", "homeroom"},
              {"client_secret.secret", "word"},
              {"page_size", "2"},
              {"network.play", sample + "cassettes"}};
  EXPECT_THAT(read("orgs", {"sourcedId"}), ::testing::Not(IsEmpty()));
  EXPECT_TRUE(end.complete);
}

TEST_P(InEachCarrier, SpeaksToNoAddressInsideUnlessTheDistrictSaysSo) {
  settings.erase(
      std::ranges::find(settings, "network.internal.0", [](auto& one) { return one.first; }));
  EXPECT_THAT(error([&] { read("users", short_columns); }), HasSubstr("network: internal"));
  EXPECT_EQ(service.asked("users"), 0);
}

}  // namespace
}  // namespace homeroom::oneroster_rest
