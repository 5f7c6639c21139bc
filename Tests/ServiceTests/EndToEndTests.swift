import Foundation
import Testing

@testable import greenroom

/// The real binary over HTTP, on a private PostgreSQL, with the real model.
@Suite struct EndToEndTests {
    private static let post = """
        Nurse Manager, ICU

        About us: we are a leading hospital with great benefits.
        Responsibilities:
        • Lead a team of registered nurses and plan staffing for each shift
        • Own patient safety and infection control on the ward
        • Handle conflicts between staff members
        Requirements:
        5+ years of patient care. Experience with electronic health records.
        """

    @Test func suggestsQuestionsThatFitThePostAndSayWhy() async throws {
        try await withService { service in
            let token = try await service.logIn()
            let body: JSONValue = [
                "job_description": .string(Self.post), "role": "Nurse Manager", "difficulty": "medium", "count": 5,
            ]
            let answer = try await service.call("POST", "/api/v1/vector/suggestions/questions", body, token: token)
            #expect(answer.status == 200)
            let results = answer.body["results"].elements
            #expect(results.count == 5 && answer.body["total"] == 5)
            let scalars = Array(Self.post.unicodeScalars)
            for result in results {
                let metadata = result["metadata"]
                #expect(metadata["tier"] == "need" && metadata["reason"].string?.isEmpty == false)
                #expect(metadata["matched_needs"].count > 0)
                var sum = 0.0
                if case .object(let parts) = metadata["score_parts"] {
                    sum = parts.values.compactMap(\.double).reduce(0, +)
                }
                #expect(abs(sum - (result["score"].double ?? -1)) < 1e-9, "the parts add up to the score")
                for match in metadata["matched_needs"].elements where match["sentence"] != .null {
                    let (start, end) = (match["sentence"]["start"].double ?? -1, match["sentence"]["end"].double ?? -1)
                    var verbatim = String.UnicodeScalarView()
                    verbatim.append(contentsOf: scalars[Int(start)..<Int(end)])
                    #expect(match["sentence"]["text"] == .string(String(verbatim)))
                }
            }
            #expect(Set(results.compactMap { $0["id"].string }).count == 5)
            let again = try await service.call("POST", "/api/v1/vector/suggestions/questions", body, token: token)
            #expect(again.body == answer.body, "the same post gives the same set")
        }
    }

    @Test func showsHowAPostIsReadAndWhatTheBankHas() async throws {
        try await withService { service in
            let token = try await service.logIn()
            let body: JSONValue = ["job_description": .string(Self.post), "role": "Senior Nurse Manager"]
            let answer = try await service.call("POST", "/api/v1/vector/analyze/job-description", body, token: token)
            #expect(answer.status == 200 && answer.body["needs"].count > 2 && answer.body["sentences"].count > 2)
            #expect(answer.body["seniority"]["level"] == "lead" && answer.body["seniority"]["evidence"] == "title")
            #expect(answer.body["roles"].elements.contains { $0["role"] == "nurse_manager" })
            #expect(answer.body["industry"] == answer.body["roles"][0]["field"])
            let scalars = Array(Self.post.unicodeScalars)
            for sentence in answer.body["sentences"].elements {
                var verbatim = String.UnicodeScalarView()
                verbatim.append(
                    contentsOf: scalars[Int(sentence["start"].double ?? 0)..<Int(sentence["end"].double ?? 0)])
                #expect(sentence["text"] == .string(String(verbatim)))
            }
            let path = "/api/v1/vector/analyze/job-description"
            #expect(try await service.call("POST", path, ["job_description": ""], token: token).status == 422)
            #expect(try await service.call("POST", path, body).status == 401)

            let report = try JSONValue(
                parsing: try await Command.run(["bank", "report", "--json"], service.environment))
            #expect(report["total"].double ?? 0 > 20 && report["roles"].count > 30)
            #expect(
                report["near_duplicates"].count == 0,
                "the shipped bank says nothing twice: \(report["near_duplicates"])")
        }
    }

    @Test func aStoredQuestionIsFoundAtOnceAndGoneAfterItsDeletion() async throws {
        try await withService { service in
            let token = try await service.logIn()
            let text = "How do you calibrate a torque wrench on an aircraft engine line?"
            let body: JSONValue = ["question_text": .string(text), "category": "technical", "difficulty_level": "hard"]
            let created = try await service.call("POST", "/api/v1/questions", body, token: token)
            #expect(created.status == 201 && created.body["indexed"] == true)
            func first(_ filters: JSONValue = .object([:])) async throws -> JSONValue {
                let search: JSONValue = ["query": "calibrating torque wrenches", "limit": 1, "filters": filters]
                return try await service.call("POST", "/api/v1/vector/search/questions", search, token: token).body[
                    "results"][0]
            }
            #expect(try await first()["text"] == .string(text))
            #expect(try await first(["difficulty": "HARD", "category": "technical"])["text"] == .string(text))
            #expect(try await first(["difficulty": "easy"])["text"] != .string(text))
            #expect(try await service.call("POST", "/api/v1/questions", body, token: token).status == 409)
            let id = try #require(created.body["id"].string)
            #expect(try await service.call("DELETE", "/api/v1/questions/\(id)", token: token).status == 204)
            #expect(try await first()["text"] != .string(text))
            #expect(try await service.call("GET", "/api/v1/questions/\(id)", token: token).status == 404)
        }
    }

    @Test func tellsNearDuplicatesAndRefusesOrLinksThemWhereAsked() async throws {
        try await withService(ingesting: false) { service in
            let token = try await service.logIn()
            func store(_ text: String, _ policy: String = "report") async throws -> RunningService.Answer {
                try await service.call(
                    "POST", "/api/v1/questions?near_duplicates=\(policy)",
                    ["question_text": .string(text), "category": "technical", "difficulty_level": "easy"], token: token)
            }
            let first = try await store(
                "How would you calibrate a torque wrench on the engine line of a small airline?")
            #expect(first.body["near_duplicates"].count == 0)
            let near = "How would you calibrate a torque wrench on the engine line of a large airline?"
            #expect(try await store(near, "block").body["code"] == "near_duplicate_question")
            let linked = try await store(near, "link")
            #expect(linked.status == 201 && linked.body["near_duplicates"][0]["id"] == first.body["id"])
            #expect(linked.body["question_metadata"]["variant_of"] == first.body["id"])
            #expect(
                try await store("Tell me of a guest who left happy after a bad start.").body["near_duplicates"].count
                    == 0)
            #expect(try await store(near, "maybe").status == 422)

            let file = TestFiles.repository.appending(path: "data/questions/healthcare.jsonl")
            let copy = FileManager.default.temporaryDirectory.appending(path: "near-\(UUID()).jsonl")
            let line = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")[0]
            let changed = line.replacingOccurrences(of: "?\"", with: ", please?\"")
            try Data("\(line)\n\(changed)\n".utf8).write(to: copy)
            let printed = try await Command.run(
                ["ingest", "questions", copy.path, "--quiet", "--json", "--near-duplicates", "block"],
                service.environment, expecting: 1)
            let report = try JSONValue(parsing: printed)[0]
            #expect(report["inserted"] == 1 && report["failed"] == 1 && report["near_duplicates"] == 1, "\(printed)")
            try FileManager.default.removeItem(at: copy)
        }
    }

    @Test func signsPeopleUpInAndOut() async throws {
        try await withService { service in
            let person: JSONValue = ["email": "ada@example.org", "password": "analytical engine", "name": "Ada"]
            #expect(try await service.call("POST", "/api/v1/auth/register", person).status == 201)
            let taken = try await service.call("POST", "/api/v1/auth/register", person)
            #expect(taken.status == 400 && taken.body["detail"] == "Email already registered")
            let login = try await service.call("POST", "/api/v1/auth/login", person)
            let access = try #require(login.body["access_token"].string)
            let refresh = try #require(login.body["refresh_token"].string)
            #expect(try await service.call("GET", "/api/v1/auth/me", token: access).body["email"] == "ada@example.org")
            let renewed = try await service.call("POST", "/api/v1/auth/refresh", ["refresh_token": .string(refresh)])
            #expect(renewed.status == 200)
            // The second use of a refresh token ends the sign-in for everybody who holds a part of it.
            #expect(
                try await service.call("POST", "/api/v1/auth/refresh", ["refresh_token": .string(refresh)]).status
                    == 401)
            #expect(try await service.call("GET", "/api/v1/auth/me", token: access).status == 401)
            let token = try await service.logIn("ada@example.org", "analytical engine")
            #expect(try await service.call("POST", "/api/v1/auth/logout", token: token).status == 200)
            #expect(try await service.call("GET", "/api/v1/auth/me", token: token).status == 401)
        }
    }

    @Test func refusesWhoMayNot() async throws {
        try await withService(environment: ["MAX_LOGIN_ATTEMPTS": "3"]) { service in
            let person: JSONValue = ["email": "eve@example.org", "password": "not an administrator", "name": "Eve"]
            _ = try await service.call("POST", "/api/v1/auth/register", person)
            let token = try await service.logIn("eve@example.org", "not an administrator")
            let question: JSONValue = [
                "question_text": "May I write here?", "category": "technical", "difficulty_level": "easy",
            ]
            let id = UUID().uuidString
            for (method, path) in [
                ("POST", "/api/v1/questions"), ("PUT", "/api/v1/questions/\(id)"),
                ("DELETE", "/api/v1/questions/\(id)"),
            ] {
                #expect(try await service.call(method, path, question, token: token).status == 403)
                let anonymous = try await service.call(method, path, question)
                #expect(anonymous.status == 401 && anonymous.headers["www-authenticate"] == "Bearer")
            }
            let reads = [
                "/api/v1/questions", "/api/v1/vector/search/quick?query=x", "/api/v1/vector/collections",
                "/api/v1/auth/me", "/api/v1/vector/models",
            ]
            for path in reads { #expect(try await service.call("GET", path).status == 401, "\(path)") }
            #expect(
                try await service.call("GET", "/api/v1/auth/me", token: token + "x").body["detail"] == "Invalid token")
            let wrong: JSONValue = ["email": "eve@example.org", "password": "wrong"]
            for _ in 0..<3 { #expect(try await service.call("POST", "/api/v1/auth/login", wrong).status == 401) }
            let locked = try await service.call("POST", "/api/v1/auth/login", person)
            #expect(locked.status == 429 && locked.headers["retry-after"] != nil)
        }
    }

    @Test func answersBadInputByNamingTheField() async throws {
        try await withService { service in
            let token = try await service.logIn()
            let empty = try await service.call("POST", "/api/v1/vector/suggestions/questions", [:], token: token)
            #expect(empty.status == 422 && empty.body["detail"][0]["loc"] == ["body", "job_description"])
            let wrong: JSONValue = ["job_description": "x", "role": "y", "difficulty": "epic", "count": 99]
            let both = try await service.call("POST", "/api/v1/vector/suggestions/questions", wrong, token: token)
            #expect(both.body["detail"].elements.map { $0["loc"][1] } == ["count", "difficulty"])
            let quick = try await service.call(
                "GET", "/api/v1/vector/search/quick?query=a+b&content_type=poems", token: token)
            #expect(quick.status == 400 && quick.body["detail"] == "Unsupported content type: poems")
            #expect(try await service.call("GET", "/api/v1/questions/7", token: token).status == 422)
            let nowhere = try await service.call("GET", "/nowhere", headers: ["X-Request-ID": "my-id"])
            #expect(
                nowhere.status == 404 && nowhere.body["request_id"] == "my-id"
                    && nowhere.headers["x-request-id"] == "my-id")
            let strict: JSONValue = ["query": "x", "filters": ["colour": "red"], "strict": true]
            #expect(
                try await service.call("POST", "/api/v1/vector/search/questions", strict, token: token).status == 422)
            let large: JSONValue = ["job_description": .string(String(repeating: "x", count: 2_100_000)), "role": "y"]
            #expect(
                try await service.call("POST", "/api/v1/vector/suggestions/questions", large, token: token).status
                    == 413)
            #expect(try await service.call("GET", "/health").headers["x-content-type-options"] == "nosniff")
            let scrape = try await service.call("GET", "/metrics").body.string ?? ""
            #expect(scrape.contains("vector_db_ready 1\n"))
            #expect(scrape.contains(#"path="/api/v1/questions/{id}""#), "paths are templates")
        }
    }

    @Test func commandsSayWhatIsWrong() async throws {
        let none = try await Command.run(["serve"], ["PATH": "/usr/bin"], expecting: 1)
        #expect(none.contains("DATABASE_URL") && none.contains("JWT_SECRET_KEY"))
        let file = try await Command.run(
            ["ingest", "questions", "/nonexistent.jsonl"], ["DATABASE_URL": "postgres://x/y"], expecting: 1)
        #expect(file.contains("/nonexistent.jsonl"))
        #expect(try await Command.run(["--version"], [:]).hasPrefix(Version.current))
    }
}
