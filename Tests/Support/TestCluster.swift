import Foundation
import Storage
import Synchronization

/// A private PostgreSQL server of the test process.
struct TestCluster: Sendable {
    /// Started at the first use.
    static let shared: Result<TestCluster, any Error> = Result { try TestCluster() }

    private let folder: String
    private let admin: Database
    private static let lastNumber = Atomic<Int>(0)

    private init() throws {
        let programs = try PostgresPrograms()
        folder = try Self.makeFolder(for: programs)
        try programs.watch(folder: folder)
        let data = folder + "/data"
        try programs.run(
            "initdb", ["-D", data, "-U", "postgres", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"])
        let rules = "local all \(TestDatabase.passwordRole) scram-sha-256\nlocal all all trust\n"
        try Data(rules.utf8).write(to: URL(fileURLWithPath: data + "/pg_hba.conf"))
        let settings = """
            listen_addresses = ''
            unix_socket_directories = '\(folder)'
            max_connections = 500
            fsync = off
            synchronous_commit = off
            full_page_writes = off
            wal_level = minimal
            max_wal_senders = 0
            shared_buffers = 64MB
            log_min_messages = fatal

            """
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: data + "/postgresql.conf"))
        try file.seekToEnd()
        try file.write(contentsOf: Data(settings.utf8))
        try file.close()
        try programs.run("pg_ctl", ["-D", data, "-w", "-t", "60", "-l", folder + "/log", "start"])
        let url = "postgres:///postgres?host=\(folder)&user=postgres"
        let configuration = try DatabaseConfiguration(
            url: url, poolSize: 8, overflow: 0, waitTimeoutSeconds: 300, statementTimeoutSeconds: 120)
        admin = Database(configuration: configuration, logger: TestDatabase.silentLogger)
    }

    func createDatabase() async throws -> TestDatabase {
        let number = Self.lastNumber.add(1, ordering: .relaxed).newValue
        let name = "test_\(number)"
        try await admin.query(Statement(trustedSQL: "CREATE DATABASE \(name)"))
        return TestDatabase(name: name, socketFolder: folder)
    }

    func dropDatabase(_ database: TestDatabase) async throws {
        try await admin.query(Statement(trustedSQL: "DROP DATABASE \(database.name) WITH (FORCE)"))
    }

    /// A socket's path has at most 107 bytes, so a long temporary folder is passed over.
    static func makeFolder(for programs: PostgresPrograms) throws -> String {
        let temporary = NSTemporaryDirectory()
        let base = temporary.utf8.count > 60 ? "/tmp/" : temporary.hasSuffix("/") ? temporary : temporary + "/"
        let folder = base + "gr-" + UUID().uuidString.prefix(8).lowercased()
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
        try programs.giveAway(folder)
        return folder
    }
}
