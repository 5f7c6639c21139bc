import Catalog
import Synchronization

/// The generations of one collection that this instance holds: the one it answers with, and those beside it.
final class ServedCollection: Sendable {
    private struct State {
        var current: Generation
        /// By the ids of their models.
        var beside: [Int: Generation] = [:]
    }

    let name: CollectionName
    private let state: Mutex<State>

    init(_ name: CollectionName, _ current: Generation) {
        self.name = name
        state = Mutex(State(current: current))
    }

    /// The one to answer with. A request asks once.
    var current: Generation { state.withLock { $0.current } }

    /// The current one first, then the others by the ids of their models.
    var all: [Generation] {
        state.withLock { state in [state.current] + state.beside.sorted { $0.key < $1.key }.map(\.value) }
    }

    /// That of a model, where it is held.
    func generation(of model: Int) -> Generation? {
        state.withLock { $0.current.modelID == model ? $0.current : $0.beside[model] }
    }

    /// Holds a generation beside the current one.
    func add(_ generation: Generation) { state.withLock { $0.beside[generation.modelID] = generation } }

    /// Answers with the generation of a model from now on, in one step; the one before stays beside it.
    /// - Returns: whether it is held.
    func serve(_ model: Int) -> Bool {
        state.withLock { state in
            if state.current.modelID == model { return true }
            guard let next = state.beside.removeValue(forKey: model) else { return false }
            state.beside[state.current.modelID] = state.current
            state.current = next
            return true
        }
    }

    /// Lets go of a generation beside the current one.
    func remove(_ model: Int) { state.withLock { $0.beside[model] = nil } }
}
