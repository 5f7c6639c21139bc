import ArgumentParser
import Catalog
import Embedding
import Foundation
import Storage

/// `greenroom reembed`
struct ReembedCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reembed",
        abstract: "Embed what the collections hold by another model, beside the serving one; switch to it and back.",
        discussion: """
            --model embeds what is missing, at a bounded rate and while the service runs; stopped and run again, it goes \
            on where it was. With --switch the collections serve that model as soon as nothing is missing and every \
            instance has it ready. Both models are kept up then, so that --switch-back goes back in moments, until \
            --drop forgets one. Reads DATABASE_URL and the settings of the models, as 'serve' does.
            """)

    /// What came of one collection.
    private struct Line: Encodable {
        let collection: String
        let model: String
        let embedded: Int
        let parked: Int
        let seconds: Double
        /// Of ten near items, those that both models name; left out where there is nothing to compare.
        let overlapAt10: Double?
        let sample: Int?
    }

    private struct Answer: Encodable {
        var embedded: [Line] = []
        /// The model that the collections were switched to.
        var serving: String?
        var dropped: [String: Int]?
    }

    @Option(help: "The model: its name, name@revision or whole description.") var model: String?
    @Option(help: "One collection only: answers, job_descriptions, questions or user_patterns.") var collection: String?
    @Option(help: "Texts a second, at most; 0.1 to 100,000.") var rate = 100.0
    @Flag(name: .customLong("switch"), help: "Serve the model when it is ready everywhere.") var switches = false
    @Flag(help: "Serve the other model that is kept up.") var switchBack = false
    @Option(help: "Stop keeping up a model and delete its vectors.") var drop: String?
    @Flag(help: "Show the models, what is missing and how far the instances are.") var status = false
    @Flag(help: "Switch although the model does not take some texts, which are not found then.") var leaveParked = false
    @Option(help: "How long to wait for what a switch needs; 0 to 86,400.") var waitSeconds = 600
    @Flag(help: "Print the result as JSON.") var json = false
    @Flag(help: "Show no progress.") var quiet = false

    func validate() throws {
        let tasks = [model != nil, switchBack, drop != nil, status].filter { $0 }.count
        guard tasks == 1 else {
            throw ValidationError("give one of --model, --switch-back, --drop and --status")
        }
        if switches, model == nil { throw ValidationError("--switch needs --model") }
        guard (0.1...100_000).contains(rate) else {
            throw ValidationError("--rate is \(rate), allowed is 0.1 to 100000")
        }
        guard (0...86_400).contains(waitSeconds) else {
            throw ValidationError("--wait-seconds is \(waitSeconds), allowed is 0 to 86400")
        }
        _ = try collections()
    }

    func run() async throws {
        let configuration = try EmbeddingConfiguration(environment: ProcessInfo.processInfo.environment)
        do {
            try await withCommandDatabase { database in
                if status { return try await tell(ModelsReport.read(database)) }
                let embedders = InstanceEmbedders(configuration)
                if let model { return try await embed(model, embedders, database) }
                if let drop { return try await forget(drop, database) }
                try await goBack(embedders, database)
            }
        } catch let obstacle as ModelSwitch.Obstacle {
            CommandOutput.note("not switched: \(obstacle)")
            throw ExitCode(1)
        }
    }

    /// Those that it is about.
    private func collections() throws -> [CollectionName] {
        guard let collection else { return EngineItems.collections }
        guard let name = CollectionName(rawValue: collection), EngineItems.type(of: name) != nil else {
            let names = EngineItems.collections.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--collection is '\(collection)', allowed is one of \(names)")
        }
        return [name]
    }

    // MARK: Embedding

    private func embed(_ name: String, _ embedders: InstanceEmbedders, _ database: Database) async throws {
        let model = try embedders.model(named: name)
        let registry = ModelRegistry(database: database)
        let id = try await registry.register(name: model.name, revision: model.revision, dimension: model.dimension)
        let registered = RegisteredModel(id: id, name: model.name, revision: model.revision, dimension: model.dimension)
        guard let embedder = try embedders.embedder(of: model)?.source else {
            preconditionFailure("a model that was found by its name can be made")
        }
        var answer = Answer()
        for collection in try collections() {
            guard let type = EngineItems.type(of: collection) else { continue }
            _ = try await GenerationBuilder.served(collection, by: embedders, database)
            if try await registry.maintain(id, in: collection) {
                note("\(collection.rawValue) keeps up \(model) from now on")
            }
            answer.embedded.append(try await embed(type, registered, by: embedder, database))
        }
        if switches {
            try await serve(registered, in: try collections(), embedders, database)
            answer.serving = "\(model)"
        }
        try tell(answer)
    }

    private func embed<Item: EngineItem>(
        _: Item.Type, _ model: RegisteredModel, by embedder: any Embedder, _ database: Database
    ) async throws -> Line {
        let start = ContinuousClock.now
        let isQuiet = quiet
        let job = Reembedding<Item>(
            database: database, modelID: model.id, embedder: embedder, rate: rate,
            onOutage: { CommandOutput.note("the embedder does not work, trying again: \($0)") })
        var bar: ProgressBar?
        let outcome = try await job.run { done, total in
            if isQuiet { return }
            if bar == nil { bar = ProgressBar(title: Item.collection.rawValue, total: total) }
            bar?.show(done)
        }
        bar?.finish()
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        var figures: AnswerOverlap<Item>.Figures?
        let models = try await ModelRegistry(database: database).models(of: Item.collection)
        let before = models.serving == model ? models.maintained.first { $0 != model } : models.serving
        if let before { figures = try await AnswerOverlap<Item>(database: database).run(between: before, and: model) }
        return Line(
            collection: Item.collection.rawValue, model: "\(model)", embedded: outcome.embedded,
            parked: outcome.parked, seconds: seconds, overlapAt10: figures?.overlapAt10, sample: figures?.sample)
    }

    // MARK: Switching

    /// Switches as soon as nothing stands in the way; what is written meanwhile is embedded here too, where it can be.
    private func serve(
        _ model: RegisteredModel, in collections: [CollectionName], _ embedders: InstanceEmbedders, _ database: Database
    ) async throws {
        let step = ModelSwitch(
            database: database, model: model, collections: collections, leavesParked: leaveParked)
        let deadline = ContinuousClock.now + .seconds(waitSeconds)
        var told: ModelSwitch.Obstacle?
        while true {
            do {
                return try await step.run()
            } catch let obstacle as ModelSwitch.Obstacle {
                guard obstacle.isPassing, ContinuousClock.now < deadline else { throw obstacle }
                if told != obstacle { note("waiting: \(obstacle)") }
                told = obstacle
                if case .missing(let collection, _) = obstacle, let embedder = try embedders.embedder(of: model),
                    let type = EngineItems.type(of: collection)
                {
                    try await drain(type, model, by: embedder.source, database)
                } else {
                    try await Task.sleep(for: .milliseconds(200))
                }
            }
        }
    }

    private func drain<Item: EngineItem>(
        _: Item.Type, _ model: RegisteredModel, by embedder: any Embedder, _ database: Database
    ) async throws {
        _ = try await Reembedding<Item>(
            database: database, modelID: model.id, embedder: embedder, rate: rate,
            onOutage: { CommandOutput.note("the embedder does not work, trying again: \($0)") }
        ).run()
    }

    private func goBack(_ embedders: InstanceEmbedders, _ database: Database) async throws {
        let wanted = try collections()
        let models = try await ModelRegistry(database: database).collections().filter { wanted.contains($0.collection) }
        let others = Set(models.flatMap { own in own.maintained.filter { $0 != own.serving } })
        guard let other = others.first, others.count == 1, models.allSatisfy({ $0.maintained.contains(other) }) else {
            let known = models.map { own in
                "\(own.collection.rawValue): " + own.maintained.map(\.description).joined(separator: ", ")
            }
            throw UsageError(
                "there is not one other model to switch back to; kept up are \(known.joined(separator: "; ")): name the "
                    + "model with --model NAME --switch")
        }
        try await serve(other, in: wanted, embedders, database)
        try tell(Answer(serving: "\(other)"))
    }

    // MARK: Forgetting

    private func forget(_ name: String, _ database: Database) async throws {
        let registry = ModelRegistry(database: database)
        let found = try await registry.known().filter {
            [$0.description, "\($0.name)@\($0.revision)", $0.name].contains(name)
        }
        guard let model = found.first, found.count == 1 else {
            let known = try await registry.known().map(\.description).joined(separator: ", ")
            let reason = found.isEmpty ? "the database knows no model '\(name)'" : "'\(name)' means several models"
            throw UsageError("\(reason); it knows \(known)")
        }
        let wanted = try collections()
        let live = try await GenerationStore(database: database).live()
        let users = live.filter { instance in
            instance.generations.contains { $0.model == model.id && $0.isServed && wanted.contains($0.collection) }
        }
        guard users.isEmpty else {
            throw UsageError(
                "\(model) is served by \(users.map(\.name).joined(separator: ", ")): switch to another model first")
        }
        var dropped: [String: Int] = [:]
        for collection in wanted {
            try await registry.stopMaintaining(model.id, in: collection)
            var count = 0
            while case let deleted = try await registry.deleteVectors(of: model.id, in: collection, limit: 1_000),
                deleted > 0
            {
                count += deleted
            }
            dropped[collection.rawValue] = count
        }
        try tell(Answer(dropped: dropped))
    }

    // MARK: Telling

    private func note(_ text: String) { if !quiet { CommandOutput.note(text) } }

    private func tell(_ answer: Answer) throws {
        if json { return try CommandOutput.json(answer) }
        for line in answer.embedded {
            let overlap = line.overlapAt10.map {
                String(format: ", overlap@10 with the other model %.3f over %d items", $0, line.sample ?? 0)
            }
            CommandOutput.line(
                String(
                    format: "%@: %d embedded, %d parked in %.1f s", line.collection, line.embedded, line.parked,
                    line.seconds) + (overlap ?? ""))
        }
        if let serving = answer.serving { CommandOutput.line("serving \(serving)") }
        for (collection, count) in (answer.dropped ?? [:]).sorted(by: { $0.key < $1.key }) {
            CommandOutput.line("\(collection): \(count) vectors deleted")
        }
    }

    private func tell(_ report: ModelsReport) throws {
        if json { return try CommandOutput.json(report) }
        for collection in report.collections {
            CommandOutput.line(collection.collection)
            for model in collection.models {
                CommandOutput.line(
                    "  \(model.name)@\(model.revision)/\(model.dimension): "
                        + (model.serving ? "serving" : model.ready ? "ready" : "not ready")
                        + ", \(model.missing) missing, \(model.parked) parked")
                for instance in model.instances {
                    CommandOutput.line(
                        "    \(instance.instance): \(instance.state)\(instance.serves ? ", serving" : "")"
                            + (instance.detail.map { " (\($0))" } ?? ""))
                }
            }
        }
    }
}
