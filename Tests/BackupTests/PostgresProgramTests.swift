import Foundation
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Backup

@Suite struct PostgresProgramTests {
    /// A shell script in the place of pg_dump.
    private func program(_ script: String, in folder: String, major: Int = 15) async throws -> PostgresProgram {
        let path = folder + "/pg_dump"
        let text = """
            #!/bin/sh
            if [ "$1" = --version ]; then echo 'pg_dump (PostgreSQL) 15.1'; exit 0; fi
            \(script)
            """
        try ExecutableScript.write(text, to: path)
        let database = try DatabaseConfiguration(
            url: "postgres://someone:s3cr3t-word@127.0.0.1:1/there?sslmode=disable")
        return try await PostgresProgram.find(.dump, serverMajor: major, folder: folder, database: database)
    }

    @Test func thePasswordIsInTheEnvironmentAndNowhereElse() async throws {
        try await withFolder { folder in
            let script =
                #"echo "$PGPASSWORD $PGUSER $PGHOST $PGPORT $PGDATABASE $PGSSLMODE $JWT_SECRET_KEY."; echo "$0 $*""#
            let output = Collected()
            try await program(script, in: folder).read(["--format=custom"]) { output.append($0) }
            #expect(
                output.text == """
                    s3cr3t-word someone 127.0.0.1 1 there disable .
                    \(folder)/pg_dump --format=custom

                    """)
        }
    }

    @Test func aFailureShowsWhatItSaidWithoutSecrets() async throws {
        try await withFolder { folder in
            let program = try await program("echo \"bad password $PGPASSWORD\" >&2; exit 3", in: folder)
            await expectError {
                $0 == .programFailed(name: "pg_dump", status: "ended with code 3", message: "bad password ********")
            } _: {
                try await program.read([]) { _ in }
            }
        }
    }

    @Test func messagesAreBounded() async throws {
        try await withFolder { folder in
            let program = try await program(
                "yes 'the same complaint' | head -c 1000000 >&2; echo last >&2; exit 1", in: folder)
            await expectError { error in
                guard case .programFailed(_, _, let message) = error else { return false }
                return message.utf8.count <= ChildProcess.messageBytesMax && message.hasSuffix("last")
            } _: {
                try await program.read([]) { _ in }
            }
        }
    }

    @Test(arguments: [17, 16]) func anOlderProgramIsRefusedWithItsPackage(_ major: Int) async throws {
        try await withFolder { folder in
            await expectError {
                $0
                    == .programMissing(
                        name: "pg_dump", major: major, refused: ["'\(folder)/pg_dump' is not of that version"])
                    && $0.description.contains("postgresql-client-\(major)")
            } _: {
                try await program("exit 0", in: folder, major: major)
            }
        }
    }

    @Test func aProgramThatCannotRunIsNamedWithWhy() async throws {
        try await withFolder { folder in
            let path = folder + "/pg_dump"
            try ExecutableScript.write("#!/nowhere/at/all\n", to: path)
            let database = try DatabaseConfiguration(url: "postgres://someone@127.0.0.1:1/there?sslmode=disable")
            await expectError { (error: BackupError) in
                error.description.contains("(\'\(path)\': cannot start")
            } _: {
                _ = try await PostgresProgram.find(.dump, serverMajor: 15, folder: folder, database: database)
            }
        }
    }

    @Test func itGetsNoneOfOurOpenFiles() async throws {
        try await withFolder { folder in
            // As Foundation opens: a child would have it.
            let own = folder + "/own"
            let file = open(own, O_WRONLY | O_CREAT, 0o600)
            defer { close(file) }
            let output = Collected()
            let list = "for entry in /proc/$$/fd/*; do readlink \"$entry\" || true; done"
            try await program(list, in: folder).read([]) { output.append($0) }
            #expect(output.text.contains("/dev/null"), "it lists what it has")
            #expect(!output.text.contains(own))
        }
    }

    @Test func cancellationEndsIt() async throws {
        try await withFolder { folder in
            let script = "trap 'echo asked; exit 0' TERM; echo $$; while true; do sleep 0.01; done"
            let program = try await program(script, in: folder)
            let output = Collected()
            let task = Task { try await program.read([]) { output.append($0) } }
            try await until("it tells its number") { output.text.hasSuffix("\n") }
            let pid = try #require(pid_t(output.text.dropLast()))
            #expect(kill(pid, 0) == 0)
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(output.text == "\(pid)\nasked\n", "it could end by itself")
            #expect(kill(pid, 0) != 0, "it has ended and was waited for")
        }
    }

    @Test func whatTheReaderThrowsEndsIt() async throws {
        struct Full: Error {}
        try await withFolder { folder in
            let program = try await program("yes", in: folder)
            await #expect(throws: Full.self) { try await program.read([]) { _ in throw Full() } }
        }
    }

    @Test func whatIsFedArrives() async throws {
        try await withFolder { folder in
            let program = try await program("cat > '\(folder)/copy'", in: folder)
            let piece = Data(repeating: 65, count: 300_000)
            try await program.feed([]) { send in
                for _ in 0..<5 { try send(piece) }
            }
            let size = try FileManager.default.attributesOfItem(atPath: folder + "/copy")[.size] as? Int
            #expect(size == 1_500_000)
        }
    }

    @Test func aProgramThatEndsEarlyTellsWhy() async throws {
        try await withFolder { folder in
            let program = try await program("echo no >&2; exit 1", in: folder)
            await expectError {
                $0 == .programFailed(name: "pg_dump", status: "ended with code 1", message: "no")
            } _: {
                try await program.feed([]) { send in
                    for _ in 0..<100 { try send(Data(count: 1 << 20)) }
                }
            }
        }
    }
}
