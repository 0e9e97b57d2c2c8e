#include "hub/server/monitor.hpp"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/ThreadPool.h>

#include "homeroom/error.hpp"

namespace homeroom::server {

namespace {

using Poco::Net::HTTPResponse;

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
  params->setMaxThreads(2);
  params->setMaxQueued(16);
  params->setTimeout(Poco::Timespan(5, 0));
  params->setKeepAlive(false);
  return params;
}

Poco::Net::ServerSocket listen(const std::string& address) try {
  Poco::Net::ServerSocket socket;
  socket.bind(Poco::Net::SocketAddress(address), true, false);
  socket.listen(16);
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
        threads(1, 3),
        http(new Factory(answers), threads, socket, limits()) {
    http.start();
  }
  ~Server() { http.stopAll(true); }
  Answers answers;
  Poco::Net::ServerSocket socket;
  Poco::ThreadPool threads;
  Poco::Net::HTTPServer http;
};

Monitor::Monitor(const std::string& address, Answers answers)
    : server_(std::make_unique<Server>(address, std::move(answers))) {}

Monitor::~Monitor() = default;

uint16_t Monitor::port() const {
  return server_->socket.address().port();
}

}  // namespace homeroom::server
