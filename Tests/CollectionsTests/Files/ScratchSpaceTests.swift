import Foundation
import TestSupport
import Testing
import Workers

@testable import VectorCollections

@Suite struct ScratchSpaceTests {
    private static let dimension = 32

    private static func collection(
        _ files: FaultyFiles, scratchBytesMin: Int, quantization: Quantization, workers: WorkerPool
    ) async throws -> VectorCollections.Collection {
        var parameters = CollectionParameters()
        parameters.tailPointsMax = 150
        parameters.fullScanKilobytes = 38
        parameters.quantization = quantization
        let collection = VectorCollections.Collection(
            schema: try Fixtures.schema(dimension: dimension), parameters: parameters, workers: workers,
            files: try CollectionFiles(folder: "f", source: "s", on: files, scratchBytesMin: scratchBytesMin))
        var generator = SeededGenerator(seed: 5)
        let points = (0..<1_000).map { Fixtures.point($0, dimension: dimension, using: &generator) }
        try collection.load(Array(points[..<600]))
        collection.completeLoad(at: Position(1))
        try await collection.maintain()
        for (place, point) in points[600...].enumerated() {
            let change = Change(
                position: Position(Int64(place) + 2), id: point.id, operation: .upsert(point))
            try collection.apply([change])
        }
        try await collection.optimise()
        return collection
    }

    /// Where rows and codes lie changes nothing that is found or saved.
    @Test(arguments: Quantization.allCases)
    func segmentsAreTheSameWhereverTheyLie(quantization: Quantization) async throws {
        let workers = Fixtures.workers()
        defer { workers.shutdown() }
        let (files, otherFiles) = (FaultyFiles(seed: 1), FaultyFiles(seed: 1))
        let collection = try await Self.collection(
            files, scratchBytesMin: 0, quantization: quantization, workers: workers)
        let other = try await Self.collection(
            otherFiles, scratchBytesMin: .max, quantization: quantization, workers: workers)
        try collection.assertValid()
        let (info, otherInfo) = (collection.info(), other.info())
        #expect(info.segmentsCount == otherInfo.segmentsCount && info.rowBytes == otherInfo.rowBytes)
        #expect(info.mappedBytes >= info.rowBytes && otherInfo.mappedBytes == 0)
        #expect(info.residentBytes + info.mappedBytes == otherInfo.residentBytes)
        #expect(info.scratchRefusal == nil)
        var generator = SeededGenerator(seed: 6)
        for _ in 0..<40 {
            let request = SearchRequest(
                vector: Fixtures.vector(Self.dimension, using: &generator), limit: 7,
                exact: generator.chance(0.5))
            let (hits, otherHits) = (try await collection.search(request).hits, try await other.search(request).hits)
            #expect(hits.map(\.id) == otherHits.map(\.id))
        }
        try await collection.snapshot()
        try await other.snapshot()
        #expect(files.paths == otherFiles.paths)
        for path in files.paths { #expect(files.read(path) == otherFiles.read(path), "\(path)") }
    }

    @Test func whatIsRefusedGoesToMemory() throws {
        let files = FaultyFiles(seed: 2)
        let space = ScratchSpace(SnapshotFolder(path: "f", files: files), collection: "c", bytesMin: 5_000)
        #expect(space.room(bytes: 4_096) == nil && space.lastRefusal == nil, "too small")
        files.arm(.fail(at: 0))
        #expect(space.room(bytes: 8_192) == nil)
        #expect(space.lastRefusal?.code == ENOSPC)
        #expect(space.room(bytes: 8_192) != nil && space.lastRefusal == nil)
    }

    @Test func smallRoomsShareFilesAndLargeOnesDoNot() throws {
        let files = FaultyFiles(seed: 2)
        let space = ScratchSpace(SnapshotFolder(path: "f", files: files), collection: "c", bytesMin: 1)
        let megabyte = 1 << 20
        var rooms: [ScratchRoom] = []
        for _ in 0..<10 { rooms.append(try #require(space.room(bytes: 12 * megabyte))) }
        #expect(Set(rooms.map { ObjectIdentifier($0.file) }).count == 2 && files.steps == 2, "five in each")
        let large = try #require(space.room(bytes: 17 * megabyte))
        #expect(!rooms.contains { $0.file === large.file })
        let small = try #require(space.room(bytes: megabyte))
        #expect(small.file === rooms[9].file)
    }

    @Test func aFileGoesWithTheRoomsInIt() throws {
        let files = FaultyFiles(seed: 3)
        let space = ScratchSpace(SnapshotFolder(path: "f", files: files), collection: "c", bytesMin: 1)
        for number in 1...3 {
            #expect(space.room(bytes: 4_096) != nil)
            #expect(files.steps == number, "the one before is gone")
        }
    }

    /// Whatever step of a merge fails, the collection is as it was, and the next merge does it.
    @Test func aFailedWriteChangesNothing() async throws {
        let workers = Fixtures.workers()
        defer { workers.shutdown() }
        var step = 0
        var (failures, refusals) = (0, 0)
        while true {
            let files = FaultyFiles(seed: 4)
            let collection = try Fixtures.collection(
                workers: workers, files: CollectionFiles(folder: "f", source: "s", on: files, scratchBytesMin: 0))
            var generator = SeededGenerator(seed: 8)
            try collection.load((0..<200).map { Fixtures.point($0, using: &generator) })
            collection.completeLoad(at: Position(1))
            let before = Fixtures.points(collection.state)
            files.arm(.fail(at: step))
            do {
                try await collection.optimise()
                // Of the last room: the next one that can be had ends it.
                if collection.info().scratchRefusal != nil { refusals += 1 }
            } catch is FileError {
                failures += 1
            }
            #expect(Fixtures.points(collection.state) == before, "step \(step)")
            try collection.assertValid()
            let wasReached = files.steps > step
            files.arm(nil)
            try await collection.optimise()
            #expect(Fixtures.points(collection.state) == before, "step \(step)")
            try collection.assertValid()
            if !wasReached { break }
            step += 1
        }
        #expect(failures > 3 && refusals > 0, "writes failed, and a room was refused, which fails nothing")
    }
}
