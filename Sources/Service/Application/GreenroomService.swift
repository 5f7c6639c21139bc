import Catalog
import Embedding
import Foundation
import Hummingbird
import Learner
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
        let source = try configuration.embedding.makeEmbedder()
        let modelID = try await ServingModel<Question>(database: database, embedder: source, logger: logger).establish()
        _ = try await ServingModel<JobDescription>(database: database, embedder: source, logger: logger).establish()
        _ = try await ServingModel<UserPattern>(database: database, embedder: source, logger: logger).establish()
        _ = try await ServingModel<Answer>(database: database, embedder: source, logger: logger).establish()
        let embedder = CachedEmbedder(source, configuration.embedding)

        // The vector engine, and what it follows.
        let signal = ChangeSignal(database: database)
        let identity = try await DatabaseIdentity.read(database)
        let engine = try await Self.collections(configuration, database, identity, source.model, logger)
        let (questionsCollection, jobsCollection, patternsCollection, answersCollection) = (
            engine.collection(.questions), engine.collection(.jobDescriptions), engine.collection(.userPatterns),
            engine.collection(.answers)
        )
        func follower<Item: EngineItem>(_: Item.Type, _ collection: VectorCollections.Collection) -> Follower {
            Follower(
                collection: collection,
                source: CatalogChangeSource<Item>(
                    database: database, identity: identity, modelID: modelID, signal: signal),
                logger: logger)
        }
        let followers: [CollectionName: Follower] = [
            .questions: follower(Question.self, questionsCollection),
            .jobDescriptions: follower(JobDescription.self, jobsCollection),
            .userPatterns: follower(UserPattern.self, patternsCollection),
            .answers: follower(Answer.self, answersCollection),
        ]
        let index = VectorIndex(
            entries: CollectionName.allCases.sorted().map { name in
                VectorIndex.Entry(collection: engine.collection(name), follower: followers[name])
            })
        let audit = RecallAuditService(
            collections: engine.all, pauseSeconds: configuration.auditSeconds, logger: logger)
        let snapshots = SnapshotService(
            collections: configuration.snapshotFolder == nil ? [] : engine.all,
            seconds: configuration.snapshotSeconds, operations: configuration.snapshotOperations, logger: logger)
        registry.addCollector {
            index.recordMetrics()
            source.recordMetrics()
        }
        if let backups = configuration.backupFolder {
            BackupMetrics(folder: backups, registry: registry, logger: logger).start()
        }

        // Texts that wait for the embedder.
        let questionQueue = EmbeddingQueue<Question>(database: database, modelID: modelID)
        let jobQueue = EmbeddingQueue<JobDescription>(database: database, modelID: modelID)
        let patternQueue = EmbeddingQueue<UserPattern>(database: database, modelID: modelID)
        let answerQueue = EmbeddingQueue<Answer>(database: database, modelID: modelID)
        let workers: [any Service] = [
            EmbeddingWorker(queue: questionQueue, embedder: source, logger: logger),
            EmbeddingWorker(queue: jobQueue, embedder: source, logger: logger),
            EmbeddingWorker(queue: patternQueue, embedder: source, logger: logger),
            EmbeddingWorker(queue: answerQueue, embedder: source, logger: logger),
        ]

        // Beside other instances.
        let verifier = IndexVerifier(database: database, modelID: modelID, index: index)
        let instance = InstanceService(
            database: database, verifier: verifier, port: configuration.http.port, logger: logger)
        let leader = LeaderService(
            database: database, jobs: LeaderJob.all(database, logHours: configuration.changeLogHours), logger: logger)

        // Suggestions and search.
        let folder = URL(fileURLWithPath: configuration.dataFolder)
        let vocabulary = try SkillsVocabulary(contentsOf: folder.appending(path: "skills.jsonl"))
        let roles = try RolesCatalog(contentsOf: folder.appending(path: "roles.jsonl"))
        let questionIndex = QuestionIndex(collection: questionsCollection)
        let suggestions = QuestionSuggestions(
            vocabulary: vocabulary, roles: roles, index: questionIndex, embedder: embedder)
        let questionSearch = QuestionSearch(collection: questionsCollection, embedder: embedder)
        let questions = QuestionStore(database: database)
        let intake = ItemIntake(embedder: embedder, modelID: modelID, index: index, logger: logger)

        // Sessions, and what answers tell of people.
        let learner = try LearnerService(
            database: database, vocabulary: vocabulary, coefficients: try LearnerCoefficients.shipped(), logger: logger)
        try await learner.start()
        let interviews = try await SessionServices(
            database: database, folder: folder, learner: learner, roles: roles, suggestions: suggestions,
            search: questionSearch, intake: intake,
            bodyBytesMax: configuration.http.bodyBytesMax)

        let jobStore = JobDescriptionStore(database: database)
        let jobSearch = JobSearch(collection: jobsCollection, embedder: embedder)
        let patternStore = UserPatternStore(database: database)
        let recommendations = QuestionRecommendations(
            learner: learner, index: questionIndex, history: PracticeHistory(database: database), jobs: jobStore,
            suggestions: suggestions, policy: try CoachPolicy())
        let reads = ReplicaReads(
            primary: database, replica: configuration.replica.map { Database(configuration: $0, logger: logger) },
            lagSecondsMax: Double(configuration.replicaLagSecondsMax), logger: logger)

        // HTTP.
        let draining = Draining(seconds: configuration.http.shutdownDelaySeconds, logger: logger)
        let authentication = try await AuthServices(
            configuration.auth, database: database, hashers: Self.hashers(), sessions: interviews.sessions)
        let bodyBytesMax = configuration.http.bodyBytesMax
        let routes = Routes(
            health: HealthController(database: database, index: index, draining: draining),
            metrics: MetricsEndpoint(registry: registry),
            auth: authentication.controller,
            questions: QuestionController(
                questions: questions, reads: reads, intake: intake, twins: TwinSearch(search: questionSearch),
                inference: SkillInference(vocabulary: vocabulary),
                publicRead: configuration.publicRead,
                bodyBytesMax: bodyBytesMax),
            vector: VectorController(
                suggestions: suggestions, index: index, embedder: embedder, publicRead: configuration.publicRead,
                bodyBytesMax: bodyBytesMax),
            search: SearchController(
                questions: questionSearch,
                jobs: jobSearch,
                answers: AnswerSearch(collection: answersCollection, embedder: embedder),
                publicRead: configuration.publicRead, bodyBytesMax: bodyBytesMax),
            jobs: JobDescriptionController(
                jobs: jobStore, reads: reads, intake: intake, bodyBytesMax: bodyBytesMax),
            patterns: UserPatternController(
                patterns: patternStore,
                search: PatternSearch(collection: patternsCollection, embedder: embedder),
                pseudonyms: Pseudonyms(secret: configuration.auth.secret), intake: intake, bodyBytesMax: bodyBytesMax),
            recommendations: RecommendationController(
                questions: recommendations,
                scenarios: ScenarioRecommendations(
                    scenarios: ScenarioStore(database: database), learner: learner, questions: recommendations),
                jobs: jobSearch, patterns: patternStore, bodyBytesMax: bodyBytesMax),
            embeddings: EmbeddingController(embedder: embedder, source: source, bodyBytesMax: bodyBytesMax),
            sessions: interviews.controller, answers: interviews.answerController,
            admin: AdminController(
                questions: questionQueue, jobs: jobQueue, patterns: patternQueue, answers: answerQueue,
                answerStore: interviews.answers, verifier: verifier, database: database),
            authentication: authentication.middleware, readYourWrites: ReadYourWrites(index: index))
        let server = HTTPServer(routes: routes, configuration: configuration.http, draining: draining, logger: logger)

        group = ServiceGroup(
            configuration: Self.lifeCycle(
                [database, reads, signal] + followers.values.map(FollowerService.init) + workers
                    + [audit, snapshots, instance, leader, learner]
                    + server.services + [draining], configuration, logger)
        )
        logger.notice(
            "starting",
            metadata: [
                "version": .string(Version.current), "environment": .string(configuration.environment.rawValue),
                "model": .string("\(source.model)"), "skills": .stringConvertible(vocabulary.skills.count),
                "roles": .stringConvertible(roles.roles.count),
            ])
    }

    /// Serves until SIGTERM or SIGINT.
    func run() async throws { try await group.run() }

    /// The engine's collections, on threads of their own.
    private static func collections(
        _ configuration: ServiceConfiguration, _ database: Database, _ identity: DatabaseIdentity,
        _ model: EmbeddingModel,
        _ logger: Logger
    ) async throws -> EngineCollections {
        let cores = ProcessInfo.processInfo.activeProcessorCount
        let opening = CollectionOpening(
            model: model,
            workers: WorkerPool(name: "scan", threadCount: cores, queueDepthMax: scanQueueDepthMax),
            // One graph at a time, on threads that give way to requests.
            builders: WorkerPool(
                name: "build", threadCount: 1, queueDepthMax: buildQueueDepthMax, niceness: buildNiceness),
            memory: configuration.vectorMemoryLimitBytes.map { MemoryBudget(limitBytes: $0) },
            folder: configuration.snapshotFolder.map { URL(fileURLWithPath: $0, isDirectory: true) },
            source: "\(identity.id)", logger: logger)
        let log = ChangeLog(database: database)
        var collections: [CollectionName: VectorCollections.Collection] = [:]
        for name in CollectionName.allCases {
            collections[name] = try opening.open(name, head: try await log.head(of: name))
        }
        return EngineCollections(collections)
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
        group.maximumGracefulShutdownDuration = .seconds(
            configuration.http.shutdownDelaySeconds + configuration.http.shutdownTimeoutSeconds)
        group.maximumCancellationDuration = .seconds(5)
        return group
    }
}
