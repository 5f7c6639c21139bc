import Catalog
import Embedding
import Foundation
import Logging
import ServiceLifecycle
import Storage
import Synchronization
import VectorCollections

/// Keeps the generations of this instance as the database wants them, until the service stops.
///
/// Each maintained model has a generation here, with its own follower and worker, where this instance has the embedder.
/// When a collection serves another model, this instance answers with that generation as soon as it has applied what the
/// one before has. How far the instance is, it tells in the database.
struct GenerationService: Service {
    /// Between two looks at the models.
    private static let lookSeconds = 1.0
    /// While a switch waits for a generation to be ready.
    private static let switchSeconds = 0.02
    /// Between two reports of the same.
    private static let reportSeconds = 5.0
    /// For which a switch waits until the next generation has applied as much as the one before.
    private static let catchUpSeconds = 5.0

    let index: VectorIndex
    let builder: GenerationBuilder
    /// This process, as it shows itself in the table of instances.
    let instance: UUID

    private var logger: Logger { builder.logger }

    /// What is known beside the generations themselves.
    private struct Notes {
        /// Ends the tasks of a generation.
        var stops: [ObjectIdentifier: AsyncStream<Never>.Continuation] = [:]
        /// When it was first seen that a collection serves another model than this instance answers with.
        var switchesSeen: [CollectionName: ContinuousClock.Instant] = [:]
        /// Why a maintained model has no generation here.
        var lacking: [CollectionName: [Int: (state: GenerationReport.State, detail: String)]] = [:]
        /// What was told of this instance last, and when.
        var reported: (reports: [GenerationReport], at: ContinuousClock.Instant)?
        /// What was logged already.
        var told: Set<String> = []
    }

    func run() async throws {
        let failure = Failure()
        do {
            try await cancelWhenGracefulShutdown { try await keep(failure) }
        } catch is CancellationError {
            // The service stops, or what a follower threw ended the rest.
        }
        if let error = failure.error.withLock({ $0 }) { throw error }
    }

    /// Why a follower ended by itself: the database is another one than before.
    private final class Failure: Sendable {
        let error = Mutex<(any Error)?>(nil)
    }

    private func keep(_ failure: Failure) async throws {
        let listener = ChangeSignal.Listener(.models)
        try await withThrowingDiscardingTaskGroup { group in
            var notes = Notes()
            for generation in index.generations { start(generation, in: &group, &notes, failure) }
            // A follower that ended cancels the others of the group, and not this loop.
            while failure.error.withLock({ $0 == nil }) {
                var isSwitching = false
                do {
                    isSwitching = try await look(in: &group, &notes, failure)
                } catch  where !(error is CancellationError) && !Task.isCancelled {
                    logger.warning("cannot look after the models now", metadata: ["error": "\(error)"])
                }
                try await builder.signal.wait(
                    listener, timeoutSeconds: isSwitching ? Self.switchSeconds : Self.lookSeconds)
            }
        }
    }

    // MARK: Tasks of a generation

    private func start(
        _ generation: Generation, in group: inout ThrowingDiscardingTaskGroup<any Error>, _ notes: inout Notes,
        _ failure: Failure
    ) {
        guard let follower = generation.follower, let worker = worker(of: generation) else { return }
        let (stream, stop) = AsyncStream.makeStream(of: Never.self)
        notes.stops[ObjectIdentifier(generation)] = stop
        group.addTask {
            do {
                try await withThrowingTaskGroup(of: Void.self) { tasks in
                    tasks.addTask { try await follower.run() }
                    tasks.addTask { try await worker.run() }
                    tasks.addTask { for await _ in stream {} }
                    defer { tasks.cancelAll() }
                    try await tasks.next()
                }
            } catch is CancellationError {
                // The service stops, or the generation is let go of.
            } catch {
                failure.error.withLock { $0 = $0 ?? error }
                throw error
            }
        }
    }

    private func worker(of generation: Generation) -> (any Service)? {
        guard let name = CollectionName(rawValue: generation.collection.schema.name),
            let type = EngineItems.type(of: name)
        else { return nil }
        return worker(type, generation)
    }

    private func worker<Item: EngineItem>(_: Item.Type, _ generation: Generation) -> any Service {
        EmbeddingWorker(
            queue: EmbeddingQueue<Item>(database: builder.database, modelID: generation.modelID),
            embedder: generation.source, logger: logger)
    }

    // MARK: What the database wants

    /// - Returns: whether a switch waits.
    private func look(
        in group: inout ThrowingDiscardingTaskGroup<any Error>, _ notes: inout Notes, _ failure: Failure
    ) async throws -> Bool {
        var isSwitching = false
        for wanted in try await ModelRegistry(database: builder.database).collections() {
            guard let serving = wanted.serving, EngineItems.type(of: wanted.collection) != nil else { continue }
            let served = index.served(wanted.collection)
            notes.lacking[wanted.collection] = [:]
            for model in wanted.maintained where served.generation(of: model.id) == nil {
                if let generation = await build(wanted.collection, model, &notes) {
                    served.add(generation)
                    start(generation, in: &group, &notes, failure)
                }
            }
            if follow(serving, served, &notes) { isSwitching = true }
            let maintained = Set(wanted.maintained.map(\.id))
            for generation in served.all.dropFirst() where !maintained.contains(generation.modelID) {
                notes.stops.removeValue(forKey: ObjectIdentifier(generation))?.finish()
                served.remove(generation.modelID)
                builder.opening.forget(wanted.collection, modelID: generation.modelID)
                logger.notice(
                    "a model is not kept up any more",
                    metadata: ["collection": "\(served.name.rawValue)", "model": "\(generation.model)"])
            }
        }
        builder.embedders.keepOnly(Set(index.generations.map(\.model)))
        try await report(&notes)
        return isSwitching
    }

    private func build(
        _ collection: CollectionName, _ model: RegisteredModel, _ notes: inout Notes
    ) async -> Generation? {
        do {
            if let generation = try await builder.build(collection, model) {
                logger.notice(
                    "a model is kept up beside the serving one",
                    metadata: ["collection": "\(collection.rawValue)", "model": "\(model)"])
                return generation
            }
            let missing = MissingEmbedderError(
                collection: collection, model: model, models: builder.embedders.models, isServed: false)
            let have = builder.embedders.models.map(\.description).joined(separator: ", ")
            notes.lacking[collection, default: [:]][model.id] = (.noEmbedder, "this instance has \(have)")
            tell("a maintained model cannot be computed here", "\(missing)", &notes)
        } catch {
            notes.lacking[collection, default: [:]][model.id] = (.failed, "\(error)")
            tell("a generation cannot be opened: trying again", "\(error)", &notes)
        }
        return nil
    }

    /// Answers with the model that is to be served, when its generation is ready.
    /// - Returns: whether it is not yet.
    private func follow(_ serving: RegisteredModel, _ served: ServedCollection, _ notes: inout Notes) -> Bool {
        let current = served.current
        guard current.modelID != serving.id else {
            notes.switchesSeen[served.name] = nil
            return false
        }
        let seen = notes.switchesSeen[served.name] ?? .now
        notes.switchesSeen[served.name] = seen
        guard let next = served.generation(of: serving.id), next.isReady else { return true }
        // Whoever has seen a write here must not miss it after the switch.
        let isBehind = next.collection.appliedPosition < current.collection.appliedPosition
        if isBehind, .now - seen < .seconds(Self.catchUpSeconds) { return true }
        guard served.serve(serving.id) else { return true }
        notes.switchesSeen[served.name] = nil
        logger.notice(
            "a collection serves another model now",
            metadata: [
                "collection": "\(served.name.rawValue)", "model": "\(serving)", "before": "\(current.model)",
            ])
        return false
    }

    /// What is as it was is told again now and then only: the instance's rows may have gone meanwhile.
    private func report(_ notes: inout Notes) async throws {
        var reports: [GenerationReport] = []
        for served in index.collections where EngineItems.type(of: served.name) != nil {
            let current = served.current
            for generation in served.all {
                let status = generation.follower?.status
                reports.append(
                    GenerationReport(
                        collection: served.name, model: generation.modelID,
                        state: generation.isReady ? .ready : .loading, isServed: generation === current,
                        appliedPosition: generation.collection.appliedPosition.rawValue, detail: status?.lastError))
            }
            for (model, lack) in notes.lacking[served.name] ?? [:] {
                reports.append(
                    GenerationReport(
                        collection: served.name, model: model, state: lack.state, isServed: false, appliedPosition: 0,
                        detail: lack.detail))
            }
        }
        if let last = notes.reported, last.reports == reports, .now - last.at < .seconds(Self.reportSeconds) { return }
        try await GenerationStore(database: builder.database).report(instance, reports)
        notes.reported = (reports, .now)
    }

    /// Logs the same only once.
    private func tell(_ message: Logger.Message, _ error: String, _ notes: inout Notes) {
        guard notes.told.insert("\(message)\(error)").inserted else { return }
        logger.error(message, metadata: ["error": "\(error)"])
        if notes.told.count > 100 { notes.told.removeAll() }
    }
}
