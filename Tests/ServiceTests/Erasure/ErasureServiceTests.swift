import Foundation
import Logging
import Storage
import TestSupport
import Testing

@testable import greenroom

/// Who has their account erased is gone: from the API, from the engine's files, from PostgreSQL's, and after a restore too.
@Suite struct ErasureServiceTests {
    /// Words that nothing else holds.
    private static let word = "zebrawoodmarimba"
    private static let otherWord = "quincethimble"
    private static let password: JSONValue = "a long password"

    @Test func nothingOfAPersonIsLeft() async throws {
        let server = try DurableServer()
        let settings = [
            "DATABASE_URL": server.url, "AUTO_SNAPSHOT_OPERATIONS": "1", "AUTO_SNAPSHOT_SECONDS": "1",
            "ERASURE_PURGE_SECONDS": "1",
        ]
        try await withPreparedFolder(environment: settings, ingesting: true) { environment, folder in
            var environment = environment
            let vectors = folder.appending(path: "vectors")
            environment["VECTOR_SNAPSHOT_DIR"] = vectors.path
            try await withInstance(environment, log: folder.appending(path: "log")) { service in
                let (ada, adaID) = try await service.join("ada")
                let (ben, benID) = try await service.join("ben")
                try await leaveTraces(service, ada, adaID, Self.word)
                try await leaveTraces(service, ben, benID, Self.otherWord)
                try await until("the files hold what is erased later") {
                    try Self.files(under: vectors.path, holding: Self.word) >= 2
                }
                #expect(try await Self.postgresFiles(server, holding: Self.word) >= 2)

                let path = "/api/v1/data-rights/delete-account"
                let wrong: JSONValue = ["confirm": true, "password": "not the password"]
                #expect(try await service.call("POST", path, wrong, token: ada).status == 400)
                let unsure: JSONValue = ["confirm": false, "password": Self.password]
                #expect(try await service.call("POST", path, unsure, token: ada).status == 422)
                let sure: JSONValue = ["confirm": true, "password": Self.password]
                #expect(try await service.call("POST", path, sure).status == 401)
                let erased = try await service.call("POST", path, sure, token: ada)
                #expect(erased.status == 200)
                let receipt = erased.body["receipt"]
                #expect(receipt["accounts"] == 1 && receipt["answers"] == 1 && receipt["sessions"] == 1)
                #expect(receipt["job_descriptions"] == 1 && receipt["patterns"] == 1 && receipt["vectors"] == 3)
                #expect(receipt["recommendations"] == 1)

                #expect(try await service.call("GET", "/api/v1/auth/me", token: ada).status == 401)
                let credentials: JSONValue = ["email": "ada@example.org", "password": Self.password]
                #expect(try await service.call("POST", "/api/v1/auth/login", credentials).status == 401)
                let benExport = try await service.call("GET", "/api/v1/data-rights/export", token: ben)
                #expect(try benExport.body.text().contains(Self.otherWord))

                try await until("the engine's files are clean") {
                    try Self.files(under: vectors.path, holding: Self.word) == 0
                }
                #expect(try Self.files(under: vectors.path, holding: Self.otherWord) >= 2)
                let admin = try await service.logIn()
                let figures = try await service.call("POST", "/api/v1/admin/verify", [:], token: admin)
                #expect(figures.status == 200 && figures.body["divergence"] == 0)
            }
            #expect(try await Self.postgresFiles(server, holding: Self.word) == 0)
            #expect(try await Self.postgresFiles(server, holding: Self.otherWord) >= 2)
        }
    }

    @Test func theExportHoldsEverythingAndNobodyElse() async throws {
        try await withService { service in
            let (ada, adaID) = try await service.join("ada")
            let (ben, benID) = try await service.join("ben")
            try await leaveTraces(service, ada, adaID, Self.word)
            try await leaveTraces(service, ben, benID, Self.otherWord)
            #expect(try await service.call("GET", "/api/v1/data-rights/export").status == 401)
            let answer = try await service.call("GET", "/api/v1/data-rights/export", token: ada)
            #expect(answer.status == 200 && answer.headers["content-disposition"]?.contains("attachment") == true)
            #expect(answer.body["user"]["email"] == "ada@example.org" && answer.body["user"]["password_hash"] == .null)
            for part in ["job_descriptions", "patterns", "sessions", "answers", "recommendations", "sign_ins"] {
                #expect(answer.body[part].count >= 1, "\(part)")
            }
            #expect(answer.body["sessions"][0]["questions"].count == 1)
            let text = try answer.body.text()
            #expect(text.contains(Self.word) && !text.contains(Self.otherWord) && !text.contains(benID))
        }
    }

    /// What was erased after a backup does not come back with it.
    @Test func aRestoreBringsNothingBack() async throws {
        try await withPreparedDatabase { environment, folder in
            var environment = environment
            let backups = folder.appending(path: "backups").path
            environment["BACKUP_DIR"] = backups
            let gone = try await withInstance(environment, log: folder.appending(path: "before")) { service in
                let (ada, adaID) = try await service.join("ada")
                let (ben, benID) = try await service.join("ben")
                try await leaveTraces(service, ada, adaID, Self.word)
                let job = try await leaveTraces(service, ben, benID, Self.otherWord)
                try await Command.run(["backup", "create", "--to", backups], environment)
                let sure: JSONValue = ["confirm": true, "password": Self.password]
                #expect(
                    try await service.call("POST", "/api/v1/data-rights/delete-account", sure, token: ada).status == 200
                )
                let path = "/api/v1/vector/job-descriptions/\(job)"
                #expect(try await service.call("DELETE", path, token: ben).status == 204)
                return path
            }
            let told = try await Command.run(["restore", backups, "--replace"], environment)
            #expect(told.contains("2 erasures are younger than the backup"))
            try await withInstance(environment, log: folder.appending(path: "after")) { service in
                let credentials: JSONValue = ["email": "ada@example.org", "password": Self.password]
                #expect(try await service.call("POST", "/api/v1/auth/login", credentials).status == 401)
                let ben = try await service.logIn("ben@example.org", "a long password")
                #expect(try await service.call("GET", gone, token: ben).status == 404)
                let left = try await service.call("GET", "/api/v1/data-rights/export", token: ben)
                #expect(left.body["job_descriptions"].count == 0 && left.body["answers"].count == 1)
            }
        }
    }

    /// The copy beside the backups is made when it can be; the files are cleaned whatever becomes of it.
    @Test func aBackupFolderThatFailsHoldsNothingUp() async throws {
        try await withPreparedDatabase(ingesting: false) { environment, folder in
            let backups = folder.appending(path: "backups")
            let vectors = folder.appending(path: "vectors")
            let settings = [
                "BACKUP_DIR": backups.path, "VECTOR_SNAPSHOT_DIR": vectors.path, "AUTO_SNAPSHOT_OPERATIONS": "1",
                "AUTO_SNAPSHOT_SECONDS": "1", "ERASURE_PURGE_SECONDS": "1",
            ]
            let log = folder.appending(path: "log")
            try await withInstance(environment.merging(settings) { $1 }, log: log) { service in
                let (ada, _) = try await service.join("ada")
                let path = "/api/v1/vector/job-descriptions"
                let job = try await service.call(
                    "POST", path,
                    ["job_description": .string("A \(Self.word) player."), "role": "Musician"], token: ada)
                try await until("the files hold what is erased later") {
                    try Self.files(under: vectors.path, holding: Self.word) >= 1
                }
                // Where the folder was stands a file.
                try await until("the service has looked at the folder") {
                    FileManager.default.fileExists(atPath: backups.path)
                }
                try FileManager.default.removeItem(at: backups)
                try Data().write(to: backups)
                let id = try #require(job.body["id"].string)
                #expect(try await service.call("DELETE", "\(path)/\(id)", token: ada).status == 204)
                try await until("the engine's files are clean") {
                    try Self.files(under: vectors.path, holding: Self.word) == 0
                }
                try await until("it tells what fails") {
                    try String(contentsOf: log, encoding: .utf8).contains("cannot copy the ledger of erasures")
                }
                try FileManager.default.removeItem(at: backups)
                // Its ids are written in capitals.
                try await until("the copy is made") {
                    try Self.files(under: backups.path, holding: id.uppercased()) == 1
                }
            }
        }
    }

    /// A job description, a pattern and an answer, each with a word.
    /// - Returns: the job description's id.
    @discardableResult
    private func leaveTraces(
        _ service: RunningService, _ token: String, _ id: String, _ word: String
    ) async throws -> String {
        let job = try await service.call(
            "POST", "/api/v1/vector/job-descriptions",
            [
                "job_description": .string("A nurse for the \(word) ward who triages and documents."),
                "role": "Registered Nurse",
            ], token: token)
        #expect(job.status == 201)
        let pattern = try await service.call(
            "PUT", "/api/v1/vector/patterns/\(id)", ["strengths": [.string("Nursing on the \(word) ward")]],
            token: token)
        #expect(pattern.status == 200)
        let session = try await service.call(
            "POST", "/api/v1/sessions", ["mode": "practice", "role": "Registered Nurse", "count": 1], token: token)
        let question = try #require(session.body["questions"][0]["id"].string)
        let answer = try await service.call(
            "POST", "/api/v1/sessions/questions/\(question)/answers",
            ["answer_text": .string("On the \(word) ward I look at the sickest first."), "score": 70], token: token)
        #expect(answer.status == 201)
        let list = try await service.call(
            "POST", "/api/v1/vector/recommendations", ["user_id": .string(id), "limit": 3], token: token)
        #expect(list.status == 200 && list.body["recommendations"].count == 3)
        return try #require(job.body["id"].string)
    }

    /// After what the documentation tells operators to run.
    private static func postgresFiles(_ server: DurableServer, holding text: String) async throws -> Int {
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        try await Database.opened(try server.configuration(), logger: logger) { database in
            for statement: Statement in ["VACUUM FULL", "CHECKPOINT"] {
                try await database.withConnection { try await $0.query(statement, timeoutSeconds: 0) }
            }
        }
        return try files(under: server.data + "/base", holding: text)
    }

    /// How many files hold a text. Files that go while they are looked for hold nothing.
    private static func files(under folder: String, holding text: String) throws -> Int {
        let needle = Data(text.utf8)
        guard let paths = FileManager.default.enumerator(atPath: folder) else { return 0 }
        var count = 0
        for case let path as String in paths {
            let full = folder + "/" + path
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: full, isDirectory: &isFolder), !isFolder.boolValue,
                let file = FileHandle(forReadingAtPath: full)
            else { continue }
            if let content = try file.readToEnd(), content.range(of: needle) != nil { count += 1 }
            try file.close()
        }
        return count
    }
}
