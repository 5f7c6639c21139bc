import Catalog
import Embedding
import Foundation
import Hummingbird
import Logging
import Migrations
import Recommend
import ServiceLifecycle
import Storage
import UnixSignals
import VectorCollections
import Workers

/// The running service: every object and how they hang together, made in one place.
struct GreenroomService {
    private static let hashThreads = 2
    private static let hashQueueDepthMax = 64
    private static let scanQueueDepthMax = 256
    private static let buildQueueDepthMax = 64
    private static let buildNiceness: Int32 = 10

    private let group: ServiceGroup

    /// Opens everything the service needs: the database, whose schema must be up to date, the model and the vocabularies.
    init(configuration: ServiceConfiguration, registry: MetricRegistry, logger: Logger) async throws {
        let database = Database(configuration: configuration.database, logger: logger)
        try await Migrator(database: database, migrations: Migration.shipped, logger: logger).verify()

        // Text to vector.
        let local = try LocalEmbedder(configuration.embedding)
        let modelID = try await ServingModel(database: database, embedder: local, logger: logger).establish()
        let embedder = CachedEmbedder(local, configuration.embedding)

        // The vector engine, and what it follows.
        let signal = ChangeSignal(database: database)
        let cores = ProcessInfo.processInfo.activeProcessorCount
        let scans = WorkerPool(name: "scan", threadCount: cores, queueDepthMax: Self.scanQueueDepthMax)
        // One graph at a time, on threads that give way to requests.
        let builders = WorkerPool(
            name: "build", threadCount: 1, queueDepthMax: Self.buildQueueDepthMax, niceness: Self.buildNiceness)
        let memory = configuration.vectorMemoryLimitBytes.map { MemoryBudget(limitBytes: $0) }
        let collections = try CollectionName.allCases.reduce(into: [:]) { collections, name in
            collections[name] = try Self.collection(name, local.model, scans, builders, memory)
        }
        guard let questionsCollection = collections[.questions] else {
            preconditionFailure("the collection of questions was not made")
        }
        let follower = Follower(
            collection: questionsCollection,
            source: QuestionChangeSource(database: database, modelID: modelID, signal: signal), logger: logger)
        let index = VectorIndex(
            entries: collections.sorted { $0.key.rawValue < $1.key.rawValue }.map { name, collection in
                VectorIndex.Entry(collection: collection, follower: name == .questions ? follower : nil)
            })
        let audit = RecallAuditService(
            collections: Array(collections.values), pauseSeconds: configuration.auditSeconds, logger: logger)
        registry.addCollector { index.recordMetrics() }

        // Suggestions and search.
        let folder = URL(fileURLWithPath: configuration.dataFolder)
        let vocabulary = try SkillsVocabulary(contentsOf: folder.appending(path: "skills.jsonl"))
        let roles = try RolesCatalog(contentsOf: folder.appending(path: "roles.jsonl"))
        let questionIndex = QuestionIndex(collection: questionsCollection)
        let suggestions = QuestionSuggestions(
            vocabulary: vocabulary, roles: roles, index: questionIndex, embedder: embedder)
        let questions = QuestionStore(database: database)
        let intake = QuestionIntake(
            questions: questions, embedder: embedder, modelID: modelID, follower: follower, logger: logger)

        // HTTP.
        let authentication = try await AuthServices(configuration.auth, database: database, hashers: Self.hashers())
        let routes = Routes(
            health: HealthController(database: database, index: index), metrics: MetricsEndpoint(registry: registry),
            auth: authentication.controller,
            questions: QuestionController(
                questions: questions, intake: intake, publicRead: configuration.publicRead,
                bodyBytesMax: configuration.http.bodyBytesMax),
            vector: VectorController(
                suggestions: suggestions, search: QuestionSearch(index: questionIndex, embedder: embedder),
                index: index,
                embedder: embedder, publicRead: configuration.publicRead,
                bodyBytesMax: configuration.http.bodyBytesMax),
            authentication: authentication.middleware)
        let server = HTTPServer(routes: routes, configuration: configuration.http, logger: logger)

        group = ServiceGroup(
            configuration: Self.lifeCycle(
                [database, signal, FollowerService(follower: follower), audit] + server.services, configuration, logger)
        )
        logger.notice(
            "starting",
            metadata: [
                "version": .string(Version.current), "environment": .string(configuration.environment.rawValue),
                "model": .string("\(local.model)"), "skills": .stringConvertible(vocabulary.skills.count),
                "roles": .stringConvertible(roles.roles.count),
            ])
    }

    /// Serves until SIGTERM or SIGINT.
    func run() async throws { try await group.run() }

    private static func collection(
        _ name: CollectionName, _ model: EmbeddingModel, _ workers: WorkerPool, _ builders: WorkerPool,
        _ memory: MemoryBudget?
    ) throws -> VectorCollections.Collection {
        let schema: CollectionSchema =
            switch name {
            case .answers: .answers(dimension: model.dimension, model: "\(model)")
            case .jobDescriptions: .jobDescriptions(dimension: model.dimension, model: "\(model)")
            case .questions: .questions(dimension: model.dimension, model: "\(model)")
            case .userPatterns: .userPatterns(dimension: model.dimension, model: "\(model)")
            }
        return VectorCollections.Collection(
            schema: schema, parameters: CollectionParameters(), workers: workers, builders: builders,
            memory: memory)
    }

    private static func hashers() -> WorkerPool {
        WorkerPool(name: "hash", threadCount: hashThreads, queueDepthMax: hashQueueDepthMax)
    }

    /// A signal stops the services in the reverse of their order: first the server, which drains, last the database.
    private static func lifeCycle(
        _ services: [any Service], _ configuration: ServiceConfiguration, _ logger: Logger
    ) -> ServiceGroupConfiguration {
        var group = ServiceGroupConfiguration(
            services: services.map { ServiceGroupConfiguration.ServiceConfiguration(service: $0) },
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        group.maximumGracefulShutdownDuration = .seconds(configuration.http.shutdownTimeoutSeconds)
        group.maximumCancellationDuration = .seconds(5)
        return group
    }
}
