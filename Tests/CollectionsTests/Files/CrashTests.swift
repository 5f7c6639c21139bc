import Foundation
import TestSupport
import Testing
import Workers

@testable import VectorCollections

/// Whatever stops a save or an opening, the folder holds the old snapshot or the new one, whole.
@Suite struct CrashTests {
    private let workers = Fixtures.workers()

    /// A world in which one snapshot was taken and a second is due.
    private struct Scene {
        let files: FaultyFiles
        let collection: VectorCollections.Collection
        let old: CollectionState
    }

    private func scene(seed: UInt64) async throws -> Scene {
        var generator = SeededGenerator(seed: 77)
        let files = FaultyFiles(seed: seed)
        let target = try CollectionFiles(folder: "f", source: "s", on: files, scratchBytesMin: 0)
        let collection = try Fixtures.collection(workers: workers, files: target)
        try collection.apply(Fixtures.changes(40, after: .start, using: &generator))
        try await collection.maintain()
        try await collection.snapshot()
        let old = collection.state
        try collection.apply(Fixtures.changes(35, after: old.appliedPosition, using: &generator))
        try await collection.maintain()
        try collection.apply(Fixtures.changes(3, after: collection.appliedPosition, using: &generator))
        return Scene(files: files, collection: collection, old: old)
    }

    private func stepsOfASave() async throws -> Int {
        let scene = try await scene(seed: 0)
        scene.files.arm(nil)
        try await scene.collection.snapshot()
        return scene.files.steps
    }

    @Test(arguments: 0..<3 as Range<UInt64>)
    func aStopAtAnyStepLeavesOneOfTwoSnapshots(seed: UInt64) async throws {
        var found: Set<Position> = []
        for step in 0...(try await stepsOfASave()) {
            let comment: Comment = "seed \(seed), step \(step)"
            let scene = try await scene(seed: seed &* 1_000 &+ UInt64(step))
            scene.files.arm(.stop(at: step))
            do {
                try await scene.collection.snapshot()
            } catch is SnapshotError {}
            // The process alone ends, the machine too, or the machine in the middle of the next opening.
            switch seed {
            case 0: scene.files.restartProcess()
            case 1: scene.files.restartMachine()
            default:
                scene.files.restartProcess()
                scene.files.arm(.stop(at: step % 9))
                do { _ = try Fixtures.restored(from: scene.files, workers: workers) } catch is SnapshotError {}
                scene.files.restartMachine()
            }
            let restored = try Fixtures.restored(from: scene.files, workers: workers, checking: .full)
            found.insert(restored.appliedPosition)
            let wanted = restored.appliedPosition == scene.old.appliedPosition ? scene.old : scene.collection.state
            #expect(restored.appliedPosition == wanted.appliedPosition, comment)
            #expect(Fixtures.points(restored.state) == Fixtures.points(wanted), comment)
            // And the folder goes on being of use.
            try await restored.snapshot()
            scene.files.restartMachine()
            let again = try Fixtures.restored(from: scene.files, workers: workers, checking: .full)
            #expect(Fixtures.points(again.state) == Fixtures.points(wanted), comment)
        }
        #expect(found.count == 2, "seed \(seed)")
    }

    /// A process ends behind the manifest's renaming; the next one opens, deletes what it does not need, and the machine
    /// stops: the old manifest must not come back without its files.
    @Test func anOpeningMakesSureOfWhatItFound() async throws {
        let steps = try await stepsOfASave()
        for step in max(0, steps - 16)..<steps {
            for seed in 0..<8 as Range<UInt64> {
                let scene = try await scene(seed: seed &* 100 &+ UInt64(step))
                scene.files.arm(.stop(at: step))
                do { try await scene.collection.snapshot() } catch is SnapshotError {}
                scene.files.restartProcess()
                let found = try Fixtures.restored(from: scene.files, workers: workers)
                scene.files.restartMachine()
                let again = try Fixtures.restored(from: scene.files, workers: workers, checking: .full)
                #expect(
                    Fixtures.points(again.state) == Fixtures.points(found.state), "seed \(seed), step \(step)")
            }
        }
    }

    @Test func aFailureAtAnyStepIsMadeGoodByTheNextSave() async throws {
        for step in 0..<(try await stepsOfASave()) {
            let scene = try await scene(seed: UInt64(step))
            scene.files.arm(.fail(at: step))
            await #expect(throws: SnapshotError.self, "step \(step)") { try await scene.collection.snapshot() }
            #expect(!scene.files.paths.contains { $0.hasSuffix(".tmp") }, "step \(step)")
            scene.files.arm(nil)
            if step % 2 == 0 { try await scene.collection.snapshot() }
            scene.files.restartMachine()
            let restored = try Fixtures.restored(from: scene.files, workers: workers, checking: .full)
            let isOld = restored.appliedPosition == scene.old.appliedPosition
            #expect(!isOld || step % 2 == 1, "step \(step)")
            let wanted = isOld ? scene.old : scene.collection.state
            #expect(Fixtures.points(restored.state) == Fixtures.points(wanted), "step \(step)")
        }
    }
}
