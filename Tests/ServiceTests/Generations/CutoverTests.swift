import Foundation
import TestSupport
import Testing

@testable import greenroom

/// Has the real binary reembed a bank by another model, switch to it and back, with people at work on several instances.
@Suite(.serialized) struct CutoverTests {
    private static let queries = [
        "How do you calm an anxious patient before surgery?", "Explain how a ventilator is set up",
        "medication error", "What do you check before giving insulin?", "infection control on a ward",
        "triage in an emergency department", "documentation and handover", "vital signs of a child",
    ]

    // MARK: Under load

    @Test func switchesUnderLoadAndBackWithoutAMixedAnswer() async throws {
        try await WordProvider.run { provider in
            try await withPreparedDatabase { environment, folder in
                let environment = environment.merging(provider.environment) { $1 }
                try await withInstances(3, environment, folder) { services in
                    let token = try await services[0].logIn()
                    let load = CutoverLoad(services, token: token, try await expectations(services[0], token))
                    let told = try await load.run { try await cutOver(services, environment, token, load) }
                    #expect(told.faults.isEmpty, "\(told.faults.count): \(told.faults.prefix(5))")
                    #expect(told.local > 20 && told.provided > 20, "\(told.local) and \(told.provided) of each space")
                    try await checkBoth(services, environment, token, told)
                }
            }
        }
    }

    private func cutOver(
        _ services: [RunningService], _ environment: [String: String], _ token: String, _ load: CutoverLoad
    ) async throws {
        try await until("people are at work") { load.soFar.local > 10 && load.soFar.stored.count > 5 }
        let printed = try await Command.run(
            ["reembed", "--model", WordProvider.modelName, "--rate", "2000", "--switch", "--json", "--quiet"],
            environment)
        let answer = try JSONValue(parsing: printed)
        #expect(answer["embedded"].count == 4 && answer["serving"].string?.hasPrefix("words@") == true)
        let overlap = try #require(answer["embedded"][0]["overlap_at10"].double)
        #expect((0...1).contains(overlap))
        try await until("all answer with the new model") {
            try await serving(services, token).allSatisfy { $0 == WordProvider.modelName }
        }
        let before = load.soFar
        try await until("people go on") {
            load.soFar.provided > before.provided + 20 && load.soFar.stored.count > before.stored.count + 5
        }
        try await Command.run(["reembed", "--switch-back", "--quiet"], environment)
        try await until("all answer with the old model") {
            try await serving(services, token).allSatisfy { $0 == "all-MiniLM-L6-v2" }
        }
        let after = load.soFar
        try await until("people go on") { load.soFar.local > after.local + 20 }
    }

    /// Everything that was acknowledged is found in both spaces, and every index equals the database.
    private func checkBoth(
        _ services: [RunningService], _ environment: [String: String], _ token: String, _ told: CutoverLoad.Tally
    ) async throws {
        #expect(told.stored.count > 10)
        for model in ["all-MiniLM-L6-v2", WordProvider.modelName] {
            try await Command.run(["reembed", "--model", model, "--rate", "2000", "--switch", "--quiet"], environment)
            try await until("all answer with \(model)") {
                try await serving(services, token).allSatisfy { $0 == model }
            }
            for service in services {
                let report = try await service.call("POST", "/api/v1/admin/verify", token: token)
                #expect(report.body["divergence"] == 0, "\(model): \(report.body)")
            }
            for (id, text) in told.stored {
                let body: JSONValue = ["query": .string(text), "limit": 3]
                let service = services[abs(id.hashValue % services.count)]
                let answer = try await service.call("POST", "/api/v1/vector/search/questions", body, token: token)
                let found = answer.body["results"].elements.compactMap { $0["id"].string }
                #expect(found.contains(id), "\(model): '\(text)' is not found")
            }
        }
        let status = try JSONValue(parsing: try await Command.run(["reembed", "--status", "--json"], environment))
        for collection in status["collections"].elements {
            #expect(collection["models"].count == 2, "\(collection)")
            for model in collection["models"].elements {
                #expect(model["missing"] == 0 && model["ready"] == true && model["instances"].count == services.count)
            }
        }
        let shown = try await services[0].call("GET", "/api/v1/admin/models", token: token)
        #expect(shown.status == 200 && shown.body["collections"].count == 4)
    }

    /// The exact answers to the queries in both spaces.
    private func expectations(
        _ service: RunningService, _ token: String
    ) async throws -> [CutoverLoad.Expectation] {
        let list = try await service.call(
            "GET", "/api/v1/questions?category=\(CutoverLoad.category)&limit=100", token: token)
        let questions = try list.body["questions"].elements.map { question in
            (id: try #require(question["id"].string), text: try #require(question["question_text"].string))
        }
        #expect(questions.count > 20)
        let texts = Self.queries + questions.map(\.text)
        let embedded = try await service.call(
            "POST", "/api/v1/vector/embeddings/batch", ["texts": .array(texts.map(JSONValue.string))], token: token)
        let local = embedded.body["embeddings"].elements.map { $0.elements.compactMap(\.double) }
        let provided = texts.map { WordProvider.vector($0).map(Double.init) }
        func nearest(_ place: Int, _ vectors: [[Double]]) -> [String] {
            let scored = questions.indices.map { index in
                let own = vectors[Self.queries.count + index]
                return (id: questions[index].id, score: zip(vectors[place], own).reduce(0) { $0 + $1.0 * $1.1 })
            }
            return scored.sorted { ($1.score, $0.id) < ($0.score, $1.id) }.prefix(10).map(\.id)
        }
        return Self.queries.indices.map { place in
            let expectation = CutoverLoad.Expectation(
                query: Self.queries[place], local: nearest(place, local), provided: nearest(place, provided))
            #expect(expectation.local != expectation.provided, "the two spaces are told apart")
            return expectation
        }
    }

    // MARK: Stopped in the middle

    @Test func aKilledReembedIsResumed() async throws {
        try await WordProvider.run { provider in
            try await withPreparedDatabase { environment, _ in
                let environment = environment.merging(provider.environment) { $1 }
                let arguments = ["reembed", "--model", WordProvider.modelName, "--collection", "questions", "--json"]
                let process = try Program(
                    try Command.binary().path, arguments + ["--rate", "8", "--quiet"], environment: environment)
                try await until("some texts are embedded") { provider.textsCount > 8 }
                process.signal(SIGKILL)
                _ = try await process.ended()
                let before = provider.textsCount
                let bank = try Self.bankCount()
                #expect(before < bank, "it was killed too late to tell anything")
                let printed = try await Command.run(arguments + ["--rate", "2000", "--quiet"], environment)
                let line = try JSONValue(parsing: printed)["embedded"][0]
                let embedded = try #require(line["embedded"].double)
                // The batch that was under way may be embedded twice, and nothing else.
                let both = Int(embedded) + before
                #expect(Int(embedded) < bank && both >= bank && both <= bank + 8)
                let again = try JSONValue(parsing: try await Command.run(arguments + ["--quiet"], environment))
                #expect(again["embedded"][0]["embedded"] == 0)
            }
        }
    }

    // MARK: Instances without the embedder

    @Test func anInstanceWithoutTheEmbedderHoldsASwitchUpAndIsNamed() async throws {
        try await WordProvider.run { provider in
            try await withPreparedDatabase { environment, folder in
                let both = environment.merging(provider.environment) { $1 }
                try await withInstances(1, both, folder) { _ in
                    try await withInstance(environment, log: folder.appending(path: "log-lacking")) { lacking in
                        let printed = try await Command.run(
                            [
                                "reembed", "--model", WordProvider.modelName, "--rate", "2000", "--switch",
                                "--wait-seconds", "3",
                            ], both, expecting: 1)
                        #expect(printed.contains("not switched"))
                        // The other one is ready and is not complained of.
                        let complaint = printed.split(separator: "\n").last.map(String.init) ?? ""
                        #expect(complaint.contains("): no_embedder") && !complaint.contains("loading"), "\(printed)")
                        #expect(complaint.components(separatedBy: "): ").count == 2, "\(printed)")
                        let token = try await lacking.logIn()
                        #expect(try await serving([lacking], token) == ["all-MiniLM-L6-v2"])
                    }
                    // It ended in order and signed off.
                    try await Command.run(
                        ["reembed", "--model", WordProvider.modelName, "--switch", "--quiet"], both)
                    // Vectors of what is served cannot go.
                    let refused = try await Command.run(
                        ["reembed", "--drop", WordProvider.modelName], both, expecting: 1)
                    #expect(refused.contains("switch to another model first"))
                }
                try await refusesToStart(environment, folder)
                let dropped = try await Command.run(["reembed", "--drop", "all-MiniLM-L6-v2", "--json"], both)
                let count = try JSONValue(parsing: dropped)["dropped"]["questions"].double
                #expect(count == Double(try Self.bankCount()))
                let wrong = try await Command.run(["reembed", "--switch-back"], both, expecting: 1)
                #expect(wrong.contains("there is not one other model"))
                _ = try await Command.run(["reembed", "--switch-back", "--status"], both, expecting: 64)
                _ = try await Command.run(["reembed", "--model", "nobody"], both, expecting: 1)
            }
        }
    }

    private func refusesToStart(_ environment: [String: String], _ folder: URL) async throws {
        let printed = try await Command.run(["serve"], environment, expecting: 1)
        #expect(printed.contains("OPENAI_API_KEY, DEFAULT_EMBEDDING_MODEL=words and EMBEDDING_DIMENSION=24"))
        #expect(printed.contains("greenroom reembed --model"))
    }

    // MARK: Texts that a provider refuses

    @Test func aTextThatTheProviderRefusesIsToldAndHoldsNothingUp() async throws {
        try await WordProvider.run { provider in
            try await withService(environment: provider.environment, ingesting: false) { service in
                let token = try await service.logIn()
                func store(_ text: String) async throws -> RunningService.Answer {
                    let body: JSONValue = [
                        "question_text": .string(text), "category": "technical", "difficulty_level": "easy",
                    ]
                    return try await service.call("POST", "/api/v1/questions", body, token: token)
                }
                let refused = try await store("What is \(WordProvider.poison) here?")
                #expect(refused.status == 422 && refused.body["code"] == "text_refused")
                let query: JSONValue = ["query": .string(WordProvider.poison)]
                let search = try await service.call("POST", "/api/v1/vector/search/questions", query, token: token)
                #expect(search.status == 422)
                // It came in while the provider was away: the worker parks it alone, and embeds the other one.
                provider.isAway = true
                #expect(try await store("What is \(WordProvider.poison) there?").body["indexed"] == false)
                #expect(try await store("What can be said?").body["indexed"] == false)
                provider.isAway = false
                try await until("one is embedded and one parked") {
                    let queues = try await service.call("GET", "/api/v1/admin/embeddings", token: token)
                    let queue = queues.body["queues"]["questions"]
                    return queue["waiting"] == 0 && queue["parked"] == 1
                }
            }
        }
    }

    // MARK: Helpers

    /// Of the bank that `withPreparedDatabase` loads.
    private static func bankCount() throws -> Int {
        let bank = TestFiles.repository.appending(path: "data/questions/healthcare.jsonl")
        return try String(contentsOf: bank, encoding: .utf8).split(separator: "\n").count
    }

    /// The model that each instance embeds questions with.
    private func serving(_ services: [RunningService], _ token: String) async throws -> [String] {
        var names: [String] = []
        for service in services {
            let answer = try await service.call("GET", "/api/v1/vector/models", token: token)
            names.append(answer.body["default_model"].string ?? "")
        }
        return names
    }

    /// Runs so many instances on one database.
    private func withInstances(
        _ count: Int, _ environment: [String: String], _ folder: URL, _ started: [RunningService] = [],
        _ body: ([RunningService]) async throws -> Void
    ) async throws {
        if started.count == count { return try await body(started) }
        try await withInstance(environment, log: folder.appending(path: "log-\(started.count)")) { service in
            try await withInstances(count, environment, folder, started + [service], body)
        }
    }
}
