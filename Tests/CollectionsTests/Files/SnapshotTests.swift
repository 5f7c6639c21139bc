import Foundation
import TestSupport
import Testing
import Workers

@testable import VectorCollections

@Suite struct SnapshotTests {
    private let workers = Fixtures.workers()

    /// A collection with some segments and a tail, and its snapshot.
    private func saved(_ files: FaultyFiles, seed: UInt64 = 1) async throws -> VectorCollections.Collection {
        var generator = SeededGenerator(seed: seed)
        let target = try CollectionFiles(folder: "f", source: "s", on: files)
        let collection = try Fixtures.collection(workers: workers, files: target)
        try collection.apply(Fixtures.changes(70, after: .start, using: &generator))
        try await collection.maintain()
        try collection.apply(Fixtures.changes(5, after: collection.appliedPosition, using: &generator))
        try await collection.snapshot()
        return collection
    }

    @Test(arguments: 0..<6 as Range<UInt64>)
    func goesOnWhereTheSnapshotEnded(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let files = FaultyFiles(seed: seed)
        var collection = try Fixtures.collection(
            workers: workers, files: CollectionFiles(folder: "f", source: "s", on: files))
        #expect(collection.snapshotPosition == nil)
        for round in 0..<12 {
            let comment: Comment = "seed \(seed), round \(round)"
            try collection.apply(
                Fixtures.changes(1 + generator.below(40), after: collection.appliedPosition, using: &generator))
            if generator.chance(0.5) { try await collection.maintain() }
            try await collection.snapshot()
            #expect(collection.snapshotPosition == collection.appliedPosition, comment)
            if generator.chance(0.5) { continue }
            let before = Fixtures.points(collection.state)
            files.restartProcess()
            let position = collection.appliedPosition
            collection = try Fixtures.restored(
                from: files, workers: workers, checking: generator.chance(0.5) ? .full : .structure)
            #expect(collection.appliedPosition == position && collection.snapshotPosition == position, comment)
            #expect(collection.state.isLoaded && collection.state.parts.allSatisfy { $0.segment != nil })
            #expect(Fixtures.points(collection.state) == before, comment)
            try collection.assertValid()
            try await collection.verifyFiles()
        }
    }

    /// What is saved is read from its files from then on, and taken for the same: deletes meanwhile and later, merges.
    @Test(arguments: 0..<6 as Range<UInt64>)
    func whatIsSavedLiesInItsFiles(seed: UInt64) async throws {
        let files = FaultyFiles(seed: seed)
        var generator = SeededGenerator(seed: seed)
        let collection = try Fixtures.collection(
            workers: workers, files: CollectionFiles(folder: "f", source: "s", on: files))
        try collection.apply(Fixtures.changes(200, after: .start, using: &generator))
        try await collection.optimise()
        let (before, points) = (collection.info(), Fixtures.points(collection.state))
        #expect(before.mappedBytes == 0 && before.segmentsCount > 0)
        async let saving: Void = collection.snapshot()
        let gone = points.keys.sorted { $0.uuidString < $1.uuidString }.prefix(3)
        let position = Position(collection.appliedPosition.rawValue + 1)
        try collection.apply(gone.map { Change(position: position, id: $0, operation: .delete) })
        try await saving
        let after = collection.info()
        #expect(after.residentBytes < before.residentBytes && after.mappedBytes > 0, "seed \(seed)")
        #expect(Fixtures.points(collection.state) == points.filter { !gone.contains($0.key) }, "seed \(seed)")
        try collection.assertValid()
        let steps = files.steps
        try collection.apply(Fixtures.changes(30, after: collection.appliedPosition, using: &generator))
        let expected = Fixtures.points(collection.state)
        try await collection.optimise()
        #expect(files.steps == steps)
        try await collection.snapshot()
        try collection.assertValid()
        #expect(Fixtures.points(collection.state) == expected, "seed \(seed)")
        files.restartProcess()
        let restored = try Fixtures.restored(from: files, workers: workers, checking: .full)
        #expect(Fixtures.points(restored.state) == expected, "seed \(seed)")
    }

    /// After a purge and a snapshot the files hold nothing of what was deleted, not even its id.
    @Test(arguments: 0..<4 as Range<UInt64>)
    func aPurgeLeavesNothingOfWhatWasDeleted(seed: UInt64) async throws {
        let files = FaultyFiles(seed: seed)
        let collection = try await saved(files, seed: seed)
        var generator = SeededGenerator(seed: seed &+ 100)
        let all = Fixtures.points(collection.state)
        // The ids of owners stand in what is left too.
        let owners = Set((0..<4).map(Fixtures.id))
        let gone = all.keys.sorted { $0.uuidString < $1.uuidString }
            .filter { !owners.contains($0) && generator.chance(0.2) }
        try #require(!gone.isEmpty)
        func traces() -> [UUID] {
            gone.filter { id in
                let key = PointKey(id)
                let bytes = [key.high, key.low].reduce(into: Data()) { data, half in
                    withUnsafeBytes(of: half.littleEndian) { data.append(contentsOf: $0) }
                }
                return files.paths.contains { path in (files.read(path).map { Data($0) })?.range(of: bytes) != nil }
            }
        }
        #expect(traces() == gone, "they are there to begin with")
        let before = collection.appliedPosition.rawValue
        try collection.apply(
            gone.enumerated().map { Change(position: Position(before + Int64($0) + 1), id: $1, operation: .delete) })
        async let first: Void = collection.purge()
        async let second: Void = collection.purge()
        _ = try await (first, second)
        try await collection.snapshot()
        #expect(traces() == [], "seed \(seed)")
        #expect(Set(Fixtures.points(collection.state).keys) == Set(all.keys).subtracting(gone), "seed \(seed)")
        try collection.assertValid()
        try await collection.purge()
    }

    @Test func aSecondSnapshotWritesOnlyWhatIsNew() async throws {
        let files = FaultyFiles(seed: 1)
        let collection = try await saved(files)
        let before = files.paths.filter { $0.contains("segment-") }
        let segments = collection.state.parts.filter { $0.segment != nil && $0.liveCount > 0 }.count
        #expect(before.count == segments + 1)
        var generator = SeededGenerator(seed: 2)
        try collection.apply(Fixtures.changes(2, after: collection.appliedPosition, using: &generator))
        try await collection.snapshot()
        let after = files.paths.filter { $0.contains("segment-") }
        #expect(Set(before).intersection(after).count == segments, "only the tail's file is another")
        #expect(!files.paths.contains { $0.hasSuffix(".tmp") })
    }

    @Test func otherSourcesModelsAndFieldsAreRefused() async throws {
        let files = FaultyFiles(seed: 1)
        let collection = try await saved(files)
        func refusal(_ source: String, _ schema: CollectionSchema) -> SnapshotError? {
            files.restartProcess()
            return Self.refusal { () throws(SnapshotError) in
                _ = try VectorCollections.Collection(
                    restoring: CollectionFiles(folder: "f", source: source, on: files), schema: schema, workers: workers
                )
            }
        }
        let schema = collection.schema
        #expect(
            refusal("t", schema) == .otherContents(folder: "f", field: "source", came: "s", allowed: "t"))
        let model = try CollectionSchema(name: schema.name, model: "other", dimension: 20, fields: schema.fields)
        #expect(
            refusal("s", model)
                == .otherContents(folder: "f", field: "model", came: "model@1", allowed: "other"))
        let fewer = try CollectionSchema(
            name: schema.name, model: schema.model, dimension: 20, fields: Array(schema.fields.dropLast()))
        #expect(refusal("s", fewer)?.mustRebuild == true)
        #expect(refusal("s", schema) == nil, "refusing deleted nothing")
    }

    /// After a refusal the same files take the snapshot of a collection that begins empty.
    @Test func aDamagedFileGoesToQuarantineAndTheCollectionBeginsAnew() async throws {
        let files = FaultyFiles(seed: 1)
        for round in 1...6 {
            _ = try await saved(files, seed: UInt64(round))
            files.restartProcess()
            let path = try #require(files.paths.last { $0.hasPrefix("f/segment-") })
            var bytes = try #require(files.read(path))
            // In the table, the first section's checksum.
            bytes[64 + 32] ^= 4
            files.replace(path, bytes)
            do {
                _ = try Fixtures.restored(from: files, workers: workers)
                Issue.record("a damaged file was accepted")
            } catch let error as SnapshotError {
                let name = String(path.dropFirst(2))
                guard case .refused("f", name, .checksum, .some(let aside)) = error else { throw error }
                #expect(files.read("f/quarantine/\(aside)") == bytes && files.read(path) == nil)
            }
            #expect(throws: SnapshotError.missing(folder: "f", file: String(path.dropFirst(2)))) {
                try Fixtures.restored(from: files, workers: workers)
            }
            files.restartProcess()
        }
        #expect(files.paths.filter { $0.hasPrefix("f/quarantine/") }.count == SnapshotFolder.quarantineMax)
    }

    @Test func aDamagedVectorIsFoundByVerifying() async throws {
        let files = FaultyFiles(seed: 1)
        let old = try await saved(files)
        files.restartProcess()
        let path = try #require(files.paths.last { $0.hasPrefix("f/segment-") })
        var bytes = try #require(files.read(path))
        // The second section is that of rows, at the first multiple of a page behind the ids.
        bytes[4_096 + 5] ^= 1
        files.replace(path, bytes)
        let target = try CollectionFiles(folder: "f", source: "s", on: files)
        let collection = try VectorCollections.Collection(
            restoring: target, schema: old.schema, parameters: Fixtures.tinyParameters, workers: workers)
        do {
            try await collection.verifyFiles()
            Issue.record("a damaged row was accepted")
        } catch let error as SnapshotError {
            #expect(error.mustRebuild)
        }
        #expect(files.read(path) == nil)
        await #expect(throws: SnapshotError.superseded(collection: "tests")) { try await collection.snapshot() }
        // The same files for a collection filled from the source.
        let anew = try Fixtures.collection(workers: workers, files: target)
        try anew.load(Array(Fixtures.points(old.state).values))
        anew.completeLoad(at: old.appliedPosition)
        try await anew.snapshot()
        await #expect(throws: SnapshotError.superseded(collection: "tests")) { try await collection.snapshot() }
    }

    /// Merging would give a damaged row a new checksum, which would be right.
    @Test func aSnapshotVerifiesFirst() async throws {
        let files = FaultyFiles(seed: 1)
        _ = try await saved(files)
        files.restartProcess()
        let path = try #require(files.paths.last { $0.hasPrefix("f/segment-") })
        var bytes = try #require(files.read(path))
        bytes[4_096 + 5] ^= 1
        files.replace(path, bytes)
        let before = files.read("f/manifest")
        let collection = try Fixtures.restored(from: files, workers: workers)
        await #expect(throws: SnapshotError.self) { try await collection.snapshot() }
        #expect(files.read("f/manifest") == before && files.read(path) == nil)
    }

    @Test func refusesToSaveWhatIsNotLoadedOrHasNoFiles() async throws {
        let bare = try Fixtures.collection(workers: workers)
        await #expect(throws: SnapshotError.noFiles(collection: "tests")) { try await bare.snapshot() }
        let files = FaultyFiles(seed: 1)
        let target = try CollectionFiles(folder: "f", source: "s", on: files)
        let empty = try Fixtures.collection(workers: workers, files: target)
        await #expect(throws: SnapshotError.notLoaded(collection: "tests")) { try await empty.snapshot() }
        empty.completeLoad(at: 3)
        try await empty.snapshot()
        files.restartProcess()
        let restored = try Fixtures.restored(from: files, workers: workers)
        #expect(restored.appliedPosition == 3 && restored.state.pointsCount == 0 && restored.state.isLoaded)
    }

    // MARK: The system's own files

    @Test func oneHasAFolderAtATime() throws {
        let path = Fixtures.temporaryPath()
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: path) } }
        do {
            let first = try CollectionFiles(folder: path, source: "s")
            #expect(throws: SnapshotError.locked(folder: path)) { try CollectionFiles(folder: path, source: "s") }
            #expect(first.folder == path)
        }
        #expect(throws: Never.self) { try CollectionFiles(folder: path, source: "s") }
        #expect(throws: SnapshotError.self) { try CollectionFiles(folder: path + "/none/deeper", source: "s") }
    }

    /// As a child process has it for a moment after its fork.
    @Test func aLockIsGivenBackThoughItsFileIsOpenElsewhere() throws {
        let path = Fixtures.temporaryPath()
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: path) } }
        var copies: [Int32] = []
        defer { for copy in copies { _ = close(copy) } }
        do {
            let lock = try #require(try SystemFiles().lock(path))
            var wanted = stat()
            try #require(stat(path, &wanted) == 0)
            for number in 0..<1_024 as Range<Int32> {
                var status = stat()
                guard fstat(number, &status) == 0, status.st_dev == wanted.st_dev, status.st_ino == wanted.st_ino else {
                    continue
                }
                copies.append(fcntl(number, F_DUPFD_CLOEXEC, 0))
            }
            withExtendedLifetime(lock) {}
        }
        #expect(!copies.isEmpty)
        #expect(try SystemFiles().lock(path) != nil)
    }

    @Test func anotherProcessIsRefused() async throws {
        let path = Fixtures.temporaryPath()
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: path) } }
        do { _ = try CollectionFiles(folder: path, source: "s") }
        // On a thread of its own, for it waits for the other process.
        let refusal = try await workers.run {
            let (input, output) = (Pipe(), Pipe())
            let other = try Program(
                "flock", ["\(path)/lock", "cat"], input: input.fileHandleForReading.fileDescriptor,
                output: output.fileHandleForWriting.fileDescriptor)
            try output.fileHandleForWriting.close()
            // Once its echo is here, it has the lock.
            input.fileHandleForWriting.write(Data("x".utf8))
            let echo = output.fileHandleForReading.readData(ofLength: 1)
            defer {
                input.fileHandleForWriting.closeFile()
                _ = other.wait()
            }
            return echo.isEmpty
                ? nil
                : Self.refusal { () throws(SnapshotError) in
                    _ = try CollectionFiles(folder: path, source: "s")
                }
        }
        #expect(refusal == .locked(folder: path))
        #expect(throws: Never.self) { try CollectionFiles(folder: path, source: "s") }
    }

    private static func refusal(_ work: () throws(SnapshotError) -> Void) -> SnapshotError? {
        do throws(SnapshotError) {
            try work()
            return nil
        } catch {
            return error
        }
    }

    @Test func worksOnTheSystemsFiles() async throws {
        let path = Fixtures.temporaryPath()
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: path) } }
        var generator = SeededGenerator(seed: 8)
        var points: [UUID: Point] = [:]
        do {
            let collection = try Fixtures.collection(
                workers: workers, files: CollectionFiles(folder: path, source: "s"))
            try collection.apply(Fixtures.changes(80, after: .start, using: &generator))
            try await collection.maintain()
            try await collection.snapshot()
            points = Fixtures.points(collection.state)
        }
        try Data().write(to: URL(filePath: path + "/segment-99"))
        try Data().write(to: URL(filePath: path + "/manifest.tmp"))
        let restored = try VectorCollections.Collection(
            restoring: CollectionFiles(folder: path, source: "s"), schema: Fixtures.schema(),
            parameters: Fixtures.tinyParameters, workers: workers)
        #expect(Fixtures.points(restored.state) == points && restored.appliedPosition == 80)
        let names = try SystemFiles().names(in: path)
        #expect(!names.contains("segment-99") && !names.contains("manifest.tmp"))
        try await restored.verifyFiles()
        // Merged and saved again, the mapped files go, and what was restored stays readable.
        let old = restored.state
        try restored.apply(Fixtures.changes(200, after: 80, using: &generator))
        try await restored.maintain()
        try await restored.snapshot()
        #expect(Fixtures.points(old) == points)
        try restored.assertValid()
    }
}
