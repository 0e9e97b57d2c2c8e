// Measures a first load of profiles of about 3 KB into a store on a PostgreSQL server of its own,
// beside a bare COPY of the same bytes into the same tables on that server. All people are
// invented.
//   postgres_bench [PROFILES [ROUNDS]]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include <libpq-fe.h>
#include <sys/resource.h>

#include "hub/keys/keys.hpp"
#include "hub/store/store.hpp"
#include "tests/cluster/cluster.hpp"
#include "tests/store/bench/invented_rows.hpp"

using namespace homeroom;

namespace {

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double own_cpu() {
  struct rusage use {};
  getrusage(RUSAGE_SELF, &use);
  return static_cast<double>(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
         static_cast<double>(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

struct Taken {
  double seconds = 0, cpu = 0;
};

template <class Act>
Taken time_of(Act act) {
  Taken before{now(), own_cpu()};
  act();
  return {now() - before.seconds, own_cpu() - before.cpu};
}

/// From opening to publishing; making and sealing the rows is part of it.
void load(const std::string& location, keys::KeyRing& keys, uint32_t profiles) {
  auto store = store::Store::open(location, "bench", keys, true);
  store->begin();
  store::Profile profile;
  for (uint32_t person = 1; person <= profiles; ++person) {
    profile.person = person;
    profile.content_hash = bench::mixed(person);
    bench::fill(profile.rows, profile.content_hash, 2500 + profile.content_hash % 1000);
    store->put_profile(profile);
  }
  store->publish();
}

class Session {
 public:
  explicit Session(const std::string& conninfo) : handle_(PQconnectdb(conninfo.c_str())) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() { PQfinish(handle_); }

  void say(const std::string& sql) {
    PGresult* answer = PQexec(handle_, sql.c_str());
    auto status = PQresultStatus(answer);
    PQclear(answer);
    if (status != PGRES_COMMAND_OK && status != PGRES_COPY_IN && status != PGRES_COPY_OUT)
      throw std::runtime_error(PQerrorMessage(handle_));
  }
  std::vector<std::string> rows_of(const std::string& table) {
    say("COPY " + table + " TO STDOUT (FORMAT binary)");
    std::vector<std::string> rows;
    char* piece = nullptr;
    for (int size; (size = PQgetCopyData(handle_, &piece, 0)) > 0; PQfreemem(piece))
      rows.emplace_back(piece, static_cast<std::size_t>(size));
    finish();
    return rows;
  }
  void copy_in(const std::string& table, const std::vector<std::string>& rows) {
    say("COPY " + table + " FROM STDIN (FORMAT binary)");
    for (const auto& row : rows) PQputCopyData(handle_, row.data(), static_cast<int>(row.size()));
    PQputCopyEnd(handle_, nullptr);
    finish();
  }

 private:
  void finish() {
    while (PGresult* answer = PQgetResult(handle_)) PQclear(answer);
  }
  PGconn* handle_;
};

}  // namespace

int main(int count, char** arguments) {
  auto profiles = static_cast<uint32_t>(count > 1 ? std::stoul(arguments[1]) : 100'000);
  auto rounds = count > 2 ? std::stoul(arguments[2]) : 3;
  tests::Cluster cluster;
  std::vector<double> ratios;
  for (unsigned long round = 0; round < rounds; ++round) {
    world::ScratchFolder scratch(std::filesystem::temp_directory_path());
    auto keys = keys::KeyRing::open(scratch.path() / "bench.keys", "bench");
    auto location = cluster.new_tenant();
    auto first = time_of([&] { load(location, *keys, profiles); });
    Session session(location.substr(location.find(':') + 1));
    session.say("SET search_path = \"$user\"");
    std::vector<std::vector<std::string>> tables;
    std::size_t bytes = 0;
    for (const char* table : {"profile", "profile_rows"}) {
      tables.push_back(session.rows_of(table));
      for (const auto& row : tables.back()) bytes += row.size();
    }
    session.say("DROP TABLE profile, profile_rows");
    cluster.ask("CHECKPOINT");
    auto bare = time_of([&] {
      session.say("BEGIN");
      session.say(
          "CREATE TABLE profile(person BIGINT PRIMARY KEY, content_hash BIGINT NOT NULL, version "
          "BIGINT NOT NULL, changed_in BIGINT NOT NULL, changes_on BIGINT); "
          "CREATE TABLE profile_rows(person BIGINT PRIMARY KEY, sealed BYTEA NOT NULL)");
      session.copy_in("profile", tables[0]);
      session.copy_in("profile_rows", tables[1]);
      session.say("COMMIT");
    });
    session.say("DROP TABLE profile, profile_rows");
    cluster.ask("CHECKPOINT");
    ratios.push_back(first.seconds / bare.seconds);
    std::printf(
        "%u profiles, %.0f MB: first load %.2f s (%.2f CPU s here), bare COPY %.2f s (%.2f): %.2f "
        "times\n",
        profiles, static_cast<double>(bytes) / 1e6, first.seconds, first.cpu, bare.seconds,
        bare.cpu, ratios.back());
  }
  std::ranges::sort(ratios);
  std::printf("median of %lu: %.2f times a bare COPY\n", rounds, ratios[ratios.size() / 2]);
}
