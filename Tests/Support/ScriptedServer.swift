public import Foundation
import NIOCore
public import NIOHTTP1
import NIOPosix
import Synchronization

/// An HTTP server on loopback that answers each request as a script says, well or badly. What it sends is written byte for
/// byte, so that an answer may be wrong in any way.
public final class ScriptedServer: Sendable {
    public struct Request: Sendable {
        public let method: String
        public let path: String
        public let headers: HTTPHeaders
        public let body: Data

        /// The texts asked for.
        public var input: [String] { json?["input"] as? [String] ?? [] }
        public var json: [String: Any]? {
            do { return try JSONSerialization.jsonObject(with: body) as? [String: Any] } catch { return nil }
        }
    }

    public enum Answer: Sendable {
        case reply(status: Int = 200, headers: [(String, String)] = [], body: String)
        /// Announces the whole body and sends so much of it; then the connection is closed.
        case cut(body: String, afterBytes: Int)
        /// The same, but the connection stays open and silent.
        case stall(body: String, afterBytes: Int)
        /// Sends parts without telling how many there are; then the connection is closed.
        case chunks([String])
        /// Closes the connection without a word.
        case close
        /// Answers after a while.
        indirect case late(milliseconds: Int64, Answer)
        /// Never answers.
        case silence
    }

    /// Told the number of the request, from 0.
    public typealias Script = @Sendable (Int, Request) -> Answer

    private let script: Script
    private let received = Mutex<[Request]>([])
    private let listening = Mutex(0)

    private init(script: @escaping Script) { self.script = script }

    public var port: Int { listening.withLock { $0 } }

    public var requests: [Request] { received.withLock { $0 } }
    public var base: String { "http://127.0.0.1:\(port)/v1" }

    /// Runs a server while a test uses it.
    public static func run<Value: Sendable>(
        _ script: @escaping Script, _ use: @Sendable (ScriptedServer) async throws -> Value
    ) async throws -> Value {
        let server = ScriptedServer(script: script)
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(HTTPRequestDecoder()))
                    try channel.pipeline.syncOperations.addHandler(Handler(server: server))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        server.listening.withLock { $0 = listener.localAddress?.port ?? 0 }
        let outcome: Result<Value, any Error>
        do { outcome = .success(try await use(server)) } catch { outcome = .failure(error) }
        try await listener.close()
        return try outcome.get()
    }

    /// Remembers a request and asks the script what to answer.
    fileprivate func answer(to request: Request) -> Answer {
        let number = received.withLock { requests in
            requests.append(request)
            return requests.count - 1
        }
        return script(number, request)
    }

    /// What is written for an answer, and whether the connection is closed then.
    fileprivate static func bytes(of answer: Answer) -> (texts: [String], closes: Bool) {
        switch answer {
        case .reply(let status, let headers, let body): ([head(status, headers, length: body.utf8.count) + body], false)
        case .cut(let body, let count): ([beginning(of: body, count)], true)
        case .stall(let body, let count): ([beginning(of: body, count)], false)
        case .chunks(let parts): (["HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n"] + parts, true)
        case .close: ([], true)
        case .late(_, let answer): bytes(of: answer)
        case .silence: ([], false)
        }
    }

    private static func beginning(of body: String, _ count: Int) -> String {
        head(200, [], length: body.utf8.count) + String(decoding: body.utf8.prefix(count), as: UTF8.self)
    }

    private static func head(_ status: Int, _ headers: [(String, String)], length: Int) -> String {
        let lines = headers.map { "\($0.0): \($0.1)\r\n" }.joined()
        return "HTTP/1.1 \(status) Answer\r\ncontent-type: application/json\r\n"
            + "content-length: \(length)\r\n\(lines)\r\n"
    }
}

/// One connection.
private final class Handler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = ByteBuffer

    private let server: ScriptedServer
    private var head: HTTPRequestHead?
    private var body = Data()

    init(server: ScriptedServer) { self.server = server }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let found): (head, body) = (found, Data())
        case .body(let bytes): body.append(contentsOf: bytes.readableBytesView)
        case .end:
            guard let head else { return }
            let request = ScriptedServer.Request(
                method: head.method.rawValue, path: head.uri, headers: head.headers, body: body)
            let answer = server.answer(to: request)
            let channel = context.channel
            guard case .late(let milliseconds, _) = answer else { return Self.write(answer, to: channel) }
            channel.eventLoop.scheduleTask(in: .milliseconds(milliseconds)) { Self.write(answer, to: channel) }
        }
    }

    private static func write(_ answer: ScriptedServer.Answer, to channel: any Channel) {
        let (texts, closes) = ScriptedServer.bytes(of: answer)
        for text in texts { channel.write(ByteBuffer(string: text), promise: nil) }
        channel.flush()
        // What was written goes out before the end of the connection does.
        if closes { channel.close(promise: nil) }
    }

    // A client that leaves in the middle is what many tests are about.
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
