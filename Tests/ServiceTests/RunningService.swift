import Foundation
import FoundationNetworking
import Synchronization
import TestSupport
import Testing

@testable import greenroom

/// The real binary, serving a database of its own with a small bank, for end-to-end tests.
struct RunningService: Sendable {
    struct Answer: Sendable {
        let status: Int
        let headers: [String: String]
        let body: JSONValue
    }

    static let adminEmail = "admin@example.org"
    static let adminPassword = "a long enough password"

    let port: Int
    let environment: [String: String]
    let process: Program

    /// Sends a request and reads the answer's JSON; `.null` where the body is empty or no JSON.
    func call(
        _ method: String, _ path: String, _ body: JSONValue? = nil, token: String? = nil,
        headers: [String: String] = [:]
    ) async throws -> Answer {
        var request = URLRequest(url: try #require(URL(string: "http://127.0.0.1:\(port)\(path)")))
        request.httpMethod = method
        request.timeoutInterval = Patience.seconds
        if let body {
            request.httpBody = Data(try body.text().utf8)
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        }
        if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        let (data, response) = try await URLSession.shared.data(for: request)
        let http = try #require(response as? HTTPURLResponse)
        var fields: [String: String] = [:]
        for (name, value) in http.allHeaderFields { fields["\(name)".lowercased()] = "\(value)" }
        let isJSON = fields["content-type"]?.hasPrefix("application/json") ?? false
        let text = String(decoding: data, as: UTF8.self)
        return Answer(
            status: http.statusCode, headers: fields, body: isJSON ? try JSONValue(parsing: text) : .string(text))
    }

    /// Signs somebody up and in.
    func join(_ name: String) async throws -> (token: String, id: String) {
        let person: JSONValue = [
            "email": .string("\(name)@example.org"), "password": "a long password", "name": .string(name),
        ]
        let made = try await call("POST", "/api/v1/auth/register", person)
        return (try await logIn("\(name)@example.org", "a long password"), try #require(made.body["id"].string))
    }

    func logIn(_ email: String = adminEmail, _ password: String = adminPassword) async throws -> String {
        let answer = try await call(
            "POST", "/api/v1/auth/login", ["email": .string(email), "password": .string(password)])
        return try #require(answer.body["access_token"].string)
    }
}

/// Runs the binary's commands, then `serve`, and stops it after `body`.
func withService<Value>(
    environment extra: [String: String] = [:], ingesting: Bool = true,
    _ body: (RunningService) async throws -> Value
) async throws -> Value {
    try await withPreparedDatabase(environment: extra, ingesting: ingesting) { environment, folder in
        try await withInstance(environment, log: folder.appending(path: "log")) { service in try await body(service) }
    }
}

/// A migrated database with an administrator and a small bank. `body` is given what instances need in their environment,
/// and a folder of its own.
func withPreparedDatabase<Value>(
    environment extra: [String: String] = [:], ingesting: Bool = true,
    _ body: (_ environment: [String: String], _ folder: URL) async throws -> Value
) async throws -> Value {
    try await withPostgres { database in
        try await withPreparedFolder(
            environment: ["DATABASE_URL": database.url].merging(extra) { $1 }, ingesting: ingesting, body)
    }
}

/// The same on the database that `extra` names.
nonisolated(nonsending) func withPreparedFolder<Value>(
    environment extra: [String: String], ingesting: Bool,
    _ body: (_ environment: [String: String], _ folder: URL) async throws -> Value
) async throws -> Value {
    try await ServiceSlots.shared.enter()
    do {
        let value = try await withFolder(environment: extra, ingesting: ingesting, body)
        ServiceSlots.shared.leave()
        return value
    } catch {
        ServiceSlots.shared.leave()
        throw error
    }
}

/// Tests that run the executable take turns: all at once they would starve each other.
private final class ServiceSlots: Sendable {
    static let shared = ServiceSlots(count: 3)

    private let free: Mutex<Int>

    init(count: Int) { free = Mutex(count) }

    func enter() async throws {
        while !free.withLock({ free in
            guard free > 0 else { return false }
            free -= 1
            return true
        }) { try await Task.sleep(for: .milliseconds(20)) }
    }

    func leave() { free.withLock { $0 += 1 } }
}

private nonisolated(nonsending) func withFolder<Value>(
    environment extra: [String: String], ingesting: Bool,
    _ body: (_ environment: [String: String], _ folder: URL) async throws -> Value
) async throws -> Value {
    let folder = FileManager.default.temporaryDirectory.appending(path: "service-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var environment = ProcessInfo.processInfo.environment
    // What tests are told is no setting of the service.
    for key in environment.keys where key.hasPrefix("GREENROOM_FAULT_") || key.hasPrefix("GREENROOM_BINARY_") {
        environment[key] = nil
    }
    environment["JWT_SECRET_KEY"] = "0123456789abcdef0123456789ABCDEF"
    environment["GREENROOM_DATA_DIR"] = TestFiles.repository.appending(path: "data").path
    environment["PORT"] = "0"
    environment.merge(extra) { _, own in own }

    let password = folder.appending(path: "password")
    try Data((RunningService.adminPassword + "\n").utf8).write(to: password)
    try await Command.run(["migrate", "up"], environment)
    if ingesting {
        let bank = TestFiles.repository.appending(path: "data/questions/healthcare.jsonl").path
        try await Command.run(["ingest", "questions", bank, "--quiet"], environment)
    }
    try await Command.run(
        [
            "user", "ensure", "--email", RunningService.adminEmail, "--name", "Admin", "--role", "admin",
            "--password-file", password.path,
        ],
        environment)
    let value = try await body(environment, folder)
    try FileManager.default.removeItem(at: folder)
    return value
}

/// Runs `serve` while `body` runs. Where `body` killed it, it is gone; else it has to end in order.
func withInstance<Value>(
    _ environment: [String: String], log: URL, _ body: (RunningService) async throws -> Value
) async throws -> Value {
    try Data().write(to: log)
    let file = try FileHandle(forWritingTo: log)
    let process = try Program(
        try Command.binary().path, ["serve"], environment: environment, errors: file.fileDescriptor)
    defer { process.signal(SIGKILL) }
    let port = try await Command.port(in: log, of: process)
    let service = RunningService(port: port, environment: environment, process: process)
    try await Command.waitUntilReady(service, process)
    let value = try await body(service)
    if !process.wasKilled { process.signal(SIGTERM) }
    let ending = try await process.ended()
    #expect(process.wasKilled || ending == .code(0), "SIGTERM ends the service in order")
    return value
}

/// Files of the repository.
enum TestFiles {
    static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
}

/// The binary under test.
enum Command {
    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    /// The one that was built with the tests, or the one that GREENROOM_BINARY_UNDER_TEST names.
    static func binary() throws -> URL {
        if let named = ProcessInfo.processInfo.environment["GREENROOM_BINARY_UNDER_TEST"] {
            return URL(fileURLWithPath: named)
        }
        return TestFiles.repository.appending(path: ".build/debug/greenroom")
    }

    /// Runs a command to its end and returns its exit code and what it printed.
    @discardableResult
    static func run(
        _ arguments: [String], _ environment: [String: String], expecting status: Int32 = 0
    ) async throws -> String {
        let output = FileManager.default.temporaryDirectory.appending(path: "output-\(UUID())")
        try Data().write(to: output)
        let file = try FileHandle(forWritingTo: output)
        let process = try Program(
            try binary().path, arguments, environment: environment, output: file.fileDescriptor,
            errors: file.fileDescriptor)
        let ending = try await process.ended()
        let printed = try String(contentsOf: output, encoding: .utf8)
        try FileManager.default.removeItem(at: output)
        guard ending == .code(status) else {
            throw Failed(description: "\(arguments) ended with \(ending), not \(status): \(printed)")
        }
        return printed
    }

    /// The port that the service says it listens on.
    static func port(in log: URL, of process: Program) async throws -> Int {
        let deadline = ContinuousClock.now.advanced(by: .seconds(Patience.seconds))
        while ContinuousClock.now < deadline {
            for line in try String(contentsOf: log, encoding: .utf8).split(separator: "\n") {
                guard line.contains("\"listening\""), case .object(let fields) = try JSONValue(parsing: String(line)),
                    let digits = fields["address"]?.string?.split(separator: ":").last, let port = Int(digits)
                else { continue }
                return port
            }
            guard process.isRunning else { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        // Its last words may still be on their way.
        try await Task.sleep(for: .seconds(1))
        throw Failed(description: "the service does not listen: \(try String(contentsOf: log, encoding: .utf8))")
    }

    /// False as well where nobody listens yet.
    static func isReady(_ service: RunningService) async throws -> Bool {
        do {
            return try await service.call("GET", "/health/ready").status == 200
        } catch is URLError {
            return false
        }
    }

    static func waitUntilReady(_ service: RunningService, _ process: Program) async throws {
        let deadline = ContinuousClock.now.advanced(by: .seconds(Patience.seconds))
        while ContinuousClock.now < deadline, process.isRunning {
            if try await isReady(service) { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw Failed(description: "the service does not become ready")
    }
}

extension JSONValue {
    subscript(key: String) -> JSONValue {
        if case .object(let fields) = self { fields[key] ?? .null } else { .null }
    }

    subscript(index: Int) -> JSONValue {
        if case .array(let values) = self, values.indices.contains(index) { values[index] } else { .null }
    }

    var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    var count: Int {
        if case .array(let values) = self { values.count } else { 0 }
    }

    var elements: [JSONValue] {
        if case .array(let values) = self { values } else { [] }
    }

    var double: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .number(let number): number
        default: nil
        }
    }
}
