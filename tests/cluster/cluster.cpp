#include "tests/cluster/cluster.hpp"

#include <chrono>
#include <csignal>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include <libpq-fe.h>

#include "hub/world/lock.hpp"
#include "tests/cluster/ordinary_user.hpp"

namespace homeroom::tests {

namespace fs = std::filesystem;

namespace {

/// Where the newest server's programs are; empty if there is none.
fs::path programs() {
  fs::path newest;
  std::error_code none;
  for (const auto& version : fs::directory_iterator("/usr/lib/postgresql", none))
    if (fs::exists(version.path() / "bin" / "initdb")) newest = std::max(newest, version.path());
  return newest.empty() ? newest : newest / "bin";
}

struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
using Session = std::unique_ptr<PGconn, Finish>;

Session session_at(const std::string& socket, const char* database) {
  return Session(PQconnectdb(("host=" + socket + " user=admin dbname=" + database).c_str()));
}

/// One role is asked for a password, others are not.
constexpr const char* who_may_connect = "local all locked scram-sha-256\nlocal all all trust\n";

}  // namespace

bool Cluster::is_installed() {
  return !programs().empty();
}

Cluster& Cluster::of_this_program() {
  static Cluster cluster;
  return cluster;
}

Cluster::Cluster() : folder_(fs::temp_directory_path()) {
  make_data();
  start();
  ask("CREATE DATABASE homeroom");
}

Cluster::~Cluster() {
  if (server_ != 0) stop_at_once();
}

/// Making one takes a second of processor time; it is done once in a build folder.
void Cluster::make_data() {
  const fs::path kept = fs::path(HOMEROOM_BUILD_DIR) / "postgres-data";
  auto turn = world::take_turn(kept.string() + ".lock");
  auto data = folder_.path() / "data";
  if (!fs::exists(kept)) {
    give_to_ordinary(folder_.path());
    auto log = folder_.path() / "initdb.log";
    auto made = start_as_ordinary(
        {programs() / "initdb", "--pgdata=" + data.string(), "--username=admin", "--auth=trust",
         "--no-sync", "--encoding=UTF8", "--locale=C", "--wal-segsize=4"},
        log);
    if (wait_for(made) != 0) throw std::runtime_error(world::read_whole(log, 1 << 20));
    fs::copy(data, kept.string() + ".new", fs::copy_options::recursive);
    fs::rename(kept.string() + ".new", kept);
  } else {
    fs::copy(kept, data, fs::copy_options::recursive);
  }
  world::write_atomically(data / "pg_hba.conf", who_may_connect);
  fs::permissions(data, fs::perms::owner_all);
  give_to_ordinary(folder_.path());
}

void Cluster::start() {
  server_ = start_as_ordinary({programs() / "postgres",
                               "-D",
                               (folder_.path() / "data").string(),
                               "-c",
                               "listen_addresses=",
                               "-c",
                               "unix_socket_directories=" + socket(),
                               "-c",
                               "fsync=off",
                               "-c",
                               "full_page_writes=off",
                               "-c",
                               "dynamic_shared_memory_type=mmap",
                               "-c",
                               "shared_buffers=64MB",
                               "-c",
                               "max_connections=40",
                               "-c",
                               "jit=off",
                               "-c",
                               "max_wal_size=256MB"},
                              folder_.path() / "server.log");
  for (int tries = 0; tries < 600; ++tries) {
    if (PQstatus(session_at(socket(), "postgres").get()) == CONNECTION_OK) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  throw std::runtime_error(world::read_whole(folder_.path() / "server.log", 1 << 20));
}

void Cluster::stop_at_once() {
  kill(server_, SIGQUIT);
  wait_for(server_);
  server_ = 0;
}

std::string Cluster::new_tenant() {
  auto role = "district_" + std::to_string(++tenants_);
  ask("CREATE ROLE " + role + " LOGIN");
  ask("CREATE SCHEMA " + role + " AUTHORIZATION " + role);
  return location_of(role);
}

std::string Cluster::location_of(const std::string& role) const {
  return "postgresql:host=" + socket() + " dbname=homeroom user=" + role;
}

std::string Cluster::ask(const std::string& sql) {
  bool makes_database = sql.starts_with("CREATE DATABASE");
  auto session = session_at(socket(), makes_database ? "postgres" : "homeroom");
  PGresult* answer = PQexec(session.get(), sql.c_str());
  bool is_good =
      PQresultStatus(answer) == PGRES_COMMAND_OK || PQresultStatus(answer) == PGRES_TUPLES_OK;
  std::string text = !is_good                ? PQerrorMessage(session.get())
                     : PQntuples(answer) > 0 ? PQgetvalue(answer, 0, 0)
                                             : "";
  PQclear(answer);
  if (!is_good) throw std::runtime_error(text);
  return text;
}

void Cluster::hold_lock(const std::string& number) {
  auto session = session_at(socket(), "homeroom");
  PQclear(PQexec(session.get(), ("SELECT pg_advisory_lock(" + number + ")").c_str()));
  holder_ = std::shared_ptr<PGconn>(std::move(session));
}

void Cluster::end_sessions() {
  ask("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
      "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'");
}

}  // namespace homeroom::tests
