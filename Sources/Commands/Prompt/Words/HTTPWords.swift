extension ProtocolWords {
  /// HTTP's methods, versions and common headers (RFC 9110, RFC 9112).
  static let http = """
    GET /
    HEAD /
    POST /
    PUT /
    DELETE /
    CONNECT~
    OPTIONS~
    OPTIONS *
    TRACE /
    PATCH /
    HTTP/1.0
    HTTP/1.1
    Accept:~
    Accept: */*
    Accept-Charset:~
    Accept-Encoding:~
    Accept-Encoding: gzip
    Accept-Encoding: identity
    Accept-Language:~
    Access-Control-Request-Headers:~
    Access-Control-Request-Method:~
    Authorization:~
    Authorization: Basic~
    Authorization: Bearer~
    Cache-Control:~
    Cache-Control: no-cache
    Connection:~
    Connection: close
    Connection: keep-alive
    Connection: Upgrade
    Content-Encoding:~
    Content-Language:~
    Content-Length:~
    Content-Location:~
    Content-Range: bytes~
    Content-Type:~
    Content-Type: application/json
    Content-Type: application/octet-stream
    Content-Type: application/x-www-form-urlencoded
    Content-Type: text/plain; charset=utf-8
    Cookie:~
    Date:~
    Expect: 100-continue
    Forwarded:~
    From:~
    Host:~
    Host: localhost
    If-Match:~
    If-Modified-Since:~
    If-None-Match:~
    If-Range:~
    If-Unmodified-Since:~
    Max-Forwards:~
    Origin:~
    Pragma: no-cache
    Prefer:~
    Proxy-Authorization:~
    Range: bytes=
    Referer:~
    Sec-WebSocket-Key:~
    Sec-WebSocket-Protocol:~
    Sec-WebSocket-Version: 13
    TE: trailers
    Trailer:~
    Transfer-Encoding: chunked
    Upgrade:~
    Upgrade: h2c
    Upgrade: websocket
    Upgrade-Insecure-Requests: 1
    User-Agent:~
    Via:~
    X-Forwarded-For:~
    X-Forwarded-Host:~
    X-Forwarded-Proto:~
    X-Request-ID:~
    X-Requested-With: XMLHttpRequest
    """
}
