import Foundation
import Synchronization
import TestSupport
import Testing

@testable import greenroom

/// Three instances behind HAProxy are replaced one after the other while people read and write: nobody notices.
@Suite struct RollingRestartTests {
    private struct Tally: Sendable {
        var answered = 0
        var failures: [String] = []
        var stored: [String] = []
    }

    /// Rings when the callers may go home.
    private final class Bell: Sendable {
        let hasRung = Atomic(false)
    }

    private static let callersCount = 4
    private static let delaySeconds = 1

    @Test(.timeLimit(.minutes(15))) func noRequestFails() async throws {
        let settings = ["SHUTDOWN_DELAY": "\(Self.delaySeconds)"]
        try await withPreparedDatabase(environment: settings) { environment, folder in
            let ports = try Self.freePorts(4)
            let instances = ports.dropFirst().enumerated().map { number, port in
                var environment = environment
                environment["PORT"] = "\(port)"
                return FaultInstance(number: number + 1, folder: folder, environment: environment)
            }
            for instance in instances { try await instance.start() }
            for instance in instances { try await instance.waitUntilReady() }
            let proxy = try Self.proxy(port: ports[0], of: Array(ports.dropFirst()), folder)
            let entrance = RunningService(
                port: ports[0], environment: environment, process: proxy)
            let outcome: Result<Tally, any Error>
            do {
                try await Command.waitUntilReady(entrance, proxy)
                outcome = .success(try await Self.replace(instances, under: entrance))
            } catch {
                outcome = .failure(error)
            }
            proxy.signal(SIGTERM)
            for instance in instances { try await instance.kill() }
            let tally = try outcome.get()
            #expect(tally.failures.isEmpty, "\(tally.failures.prefix(5))")
            #expect(tally.answered > 100)
        }
    }

    private static func replace(_ instances: [FaultInstance], under entrance: RunningService) async throws -> Tally {
        let token = try await entrance.logIn()
        let bell = Bell()
        return try await withThrowingTaskGroup(of: Tally.self) { group in
            for caller in 0..<callersCount {
                group.addTask {
                    var tally = Tally()
                    var number = 0
                    while !bell.hasRung.load(ordering: .relaxed) {
                        number += 1
                        await call(entrance, token, "\(caller).\(number)", &tally)
                    }
                    return tally
                }
            }
            for instance in instances {
                try await Task.sleep(for: .milliseconds(500))
                try await instance.stop()
                try await instance.start()
                try await instance.waitUntilReady()
            }
            try await Task.sleep(for: .milliseconds(500))
            bell.hasRung.store(true, ordering: .relaxed)
            let tally = try await group.reduce(into: Tally()) { all, one in
                all.answered += one.answered
                all.failures += one.failures
                all.stored += one.stored
            }
            for id in tally.stored.suffix(50) {
                let found = try await entrance.call("GET", "/api/v1/questions/\(id)", token: token)
                #expect(found.status == 200, "what was stored is found after all restarts")
            }
            return tally
        }
    }

    /// Reads mostly, and a write now and then.
    private static func call(
        _ entrance: RunningService, _ token: String, _ name: String, _ tally: inout Tally
    ) async {
        do {
            let answer: RunningService.Answer
            if name.hasSuffix("5") {
                answer = try await entrance.call(
                    "POST", "/api/v1/questions",
                    [
                        "question_text": .string("What did you do while the service was replaced, number \(name)?"),
                        "category": "technical", "difficulty_level": "easy",
                    ], token: token)
                if let id = answer.body["id"].string { tally.stored.append(id) }
            } else {
                answer = try await entrance.call(
                    "POST", "/api/v1/vector/search/questions", ["query": "night shift handover"], token: token)
            }
            if (200..<300).contains(answer.status) {
                tally.answered += 1
            } else {
                tally.failures.append("\(name): \(answer.status) \(answer.body)")
            }
        } catch {
            tally.failures.append("\(name): \(error)")
        }
    }

    private static func proxy(port: Int, of ports: [Int], _ folder: URL) throws -> Program {
        let servers = ports.map { "    server s\($0) 127.0.0.1:\($0) check inter 100ms fall 1 rise 1\n" }.joined()
        let file = folder.appending(path: "haproxy.cfg")
        try Data(
            """
            defaults
                mode http
                timeout connect 2s
                timeout client 300s
                timeout server 300s
                timeout check 5s
                retries 3
                option redispatch 1
                retry-on conn-failure
            frontend entrance
                bind 127.0.0.1:\(port)
                default_backend instances
            backend instances
                balance roundrobin
                option httpchk GET /health/ready
            \(servers)
            """.utf8
        ).write(to: file)
        return try Program(
            "env", ["PATH=/usr/sbin:/usr/local/sbin:/usr/bin:/bin", "haproxy", "-db", "-f", file.path])
    }

    /// Ports that nobody has now, held together so that they differ.
    private static func freePorts(_ count: Int) throws -> [Int] {
        var sockets: [Int32] = []
        defer { for socket in sockets { close(socket) } }
        return try (0..<count).map { _ in
            let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            sockets.append(number)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let code = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                    bind(number, pointer, length) == 0 && getsockname(number, pointer, &length) == 0
                }
            }
            guard code else { throw Command.Failed(description: "no port can be had: errno \(errno)") }
            return Int(UInt16(bigEndian: address.sin_port))
        }
    }
}
