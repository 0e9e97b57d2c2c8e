#include "hub/server/monitor.hpp"

#include <array>
#include <chrono>
#include <string_view>
#include <thread>

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServerConnection.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/TCPServer.h>
#include <Poco/Net/TCPServerConnectionFactory.h>
#include <Poco/ThreadPool.h>

#include "homeroom/error.hpp"

namespace homeroom::server {

namespace {

using Poco::Net::HTTPResponse;
using namespace std::chrono_literals;

constexpr auto patience = 5s;  ///< for the whole of a request
constexpr int most_threads = 16;
constexpr int most_waiting = 64;
constexpr std::size_t most_request_bytes = 8192;

struct Answer {
  HTTPResponse::HTTPStatus status = HTTPResponse::HTTP_OK;
  std::string type = "text/plain; charset=utf-8";
  std::string body;
};

Answer yes_or_no(bool is_so) {
  if (is_so) return {HTTPResponse::HTTP_OK, "text/plain; charset=utf-8", "ok\n"};
  return {HTTPResponse::HTTP_SERVICE_UNAVAILABLE, "text/plain; charset=utf-8", "no\n"};
}

Answer answer_to(const Poco::Net::HTTPServerRequest& request, const Monitor::Answers& answers) {
  bool is_reading = request.getMethod() == "GET" || request.getMethod() == "HEAD";
  if (!is_reading)
    return {HTTPResponse::HTTP_METHOD_NOT_ALLOWED, "text/plain; charset=utf-8", "GET only\n"};
  auto path = request.getURI().substr(0, request.getURI().find('?'));
  try {
    if (path == "/livez") return yes_or_no(answers.is_alive());
    if (path == "/readyz") return yes_or_no(answers.is_ready());
    if (path == "/metrics")
      return {HTTPResponse::HTTP_OK, "text/plain; version=0.0.4; charset=utf-8", answers.metrics()};
  } catch (const std::exception&) {  // the edge of the handler: its reason is for the log, not for
                                     // the net
    return {HTTPResponse::HTTP_INTERNAL_SERVER_ERROR, "text/plain; charset=utf-8", "failed\n"};
  }
  return {HTTPResponse::HTTP_NOT_FOUND, "text/plain; charset=utf-8",
          "/livez, /readyz and /metrics are here\n"};
}

class Handler : public Poco::Net::HTTPRequestHandler {
 public:
  explicit Handler(const Monitor::Answers& answers) : answers_(answers) {}
  void handleRequest(Poco::Net::HTTPServerRequest& request,
                     Poco::Net::HTTPServerResponse& response) override {
    auto answer = answer_to(request, answers_);
    response.setStatusAndReason(answer.status);
    response.setContentType(answer.type);
    response.set("Cache-Control", "no-store");
    response.setKeepAlive(false);  // a body that was not read must not pass for the next request
    if (request.getMethod() == "HEAD") answer.body.clear();
    response.sendBuffer(answer.body.data(), answer.body.size());
  }

 private:
  const Monitor::Answers& answers_;
};

class Factory : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  explicit Factory(const Monitor::Answers& answers) : answers_(answers) {}
  Poco::Net::HTTPRequestHandler* createRequestHandler(
      const Poco::Net::HTTPServerRequest&) override {
    return new Handler(answers_);  // Poco deletes it
  }

 private:
  const Monitor::Answers& answers_;
};

Poco::Net::HTTPServerParams::Ptr limits() {
  Poco::Net::HTTPServerParams::Ptr params = new Poco::Net::HTTPServerParams;  // counted by Poco
  params->setMaxThreads(most_threads);
  params->setMaxQueued(most_waiting);
  params->setTimeout(Poco::Timespan(std::chrono::seconds(patience).count(), 0));
  params->setKeepAlive(false);
  return params;
}

/// Whether the whole head of a request has come in time. Poco's patience is for each piece: who
/// sends a byte now and then would hold a thread for ever. What is looked at here is read by Poco.
bool has_sent_request(Poco::Net::StreamSocket& socket) {
  std::array<char, most_request_bytes> head;
  for (auto end = std::chrono::steady_clock::now() + patience;
       std::chrono::steady_clock::now() < end; std::this_thread::sleep_for(10ms)) {
    if (!socket.poll(Poco::Timespan(0, 100'000), Poco::Net::Socket::SELECT_READ)) continue;
    auto got = socket.receiveBytes(head.data(), static_cast<int>(head.size()), MSG_PEEK);
    if (got <= 0) return false;
    std::string_view heard(head.data(), static_cast<std::size_t>(got));
    if (heard.find("\r\n\r\n") != std::string_view::npos) return true;
    if (heard.size() == head.size()) return false;
  }
  return false;
}

class Connection : public Poco::Net::HTTPServerConnection {
 public:
  using HTTPServerConnection::HTTPServerConnection;
  void run() override {
    if (has_sent_request(socket())) HTTPServerConnection::run();
  }
};

class Connections : public Poco::Net::TCPServerConnectionFactory {
 public:
  Connections(const Monitor::Answers& answers, Poco::Net::HTTPServerParams::Ptr params)
      : params_(std::move(params)), handlers_(new Factory(answers)) {}
  Poco::Net::TCPServerConnection* createConnection(const Poco::Net::StreamSocket& socket) override {
    return new Connection(socket, params_, handlers_);  // Poco deletes it
  }

 private:
  Poco::Net::HTTPServerParams::Ptr params_;
  Poco::Net::HTTPRequestHandlerFactory::Ptr handlers_;
};

Poco::Net::ServerSocket listen(const std::string& address) try {
  Poco::Net::ServerSocket socket;
  socket.bind(Poco::Net::SocketAddress(address), true, false);
  socket.listen(most_waiting);
  return socket;
} catch (const Poco::Exception& trouble) {
  throw Error(Next::fix_settings, "cannot listen at " + address + ": " + trouble.displayText() +
                                      "; expected ADDRESS:PORT of this machine that is free");
}

}  // namespace

struct Monitor::Server {
  Server(const std::string& address, Answers given)
      : answers(std::move(given)),
        socket(listen(address)),
        threads(1, most_threads),
        http(new Connections(answers, limits()), threads, socket, limits()) {
    http.start();
  }
  ~Server() { http.stop(); }
  Answers answers;
  Poco::Net::ServerSocket socket;
  Poco::ThreadPool threads;
  Poco::Net::TCPServer http;
};

Monitor::Monitor(const std::string& address, Answers answers)
    : server_(std::make_unique<Server>(address, std::move(answers))) {}

Monitor::~Monitor() = default;

uint16_t Monitor::port() const {
  return server_->socket.address().port();
}

}  // namespace homeroom::server
