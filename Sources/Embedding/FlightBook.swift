/// Who waits for which computation: a pure state machine that lets callers who want the same text share one flight.
///
/// A flight is one call of an embedder with the texts that nobody was computing when it started. Every caller that wants one
/// of its texts is a passenger, from the moment it joins. A flight whose passengers have all left is cancelled and its texts
/// start afresh with the next caller. Actions are returned and carried out outside the lock that guards this value.
struct FlightBook {
    typealias Vectors = Result<[[Float]], any Error>
    typealias Wake = @Sendable (Vectors) -> Void

    /// A caller's seat in a flight.
    struct Seat: Hashable {
        let flight: Int
        let passenger: Int
    }

    /// What a caller got by joining.
    struct Boarding {
        /// Texts that others are computing, with the seat and the place of each in its flight.
        var shared: [(text: ExactText, seat: Seat, place: Int)] = []
        /// Texts that the caller has to compute now, as one flight.
        var own: (seat: Seat, texts: [ExactText])?
    }

    private struct Flight {
        let texts: [ExactText]
        /// Passengers, and how to wake those that wait already.
        var passengers: [Int: Wake?] = [:]
        var vectors: Vectors?
        /// Known soon after the flight began.
        var cancel: (@Sendable () -> Void)?
    }

    private var flights: [Int: Flight] = [:]
    private var places: [ExactText: (flight: Int, place: Int)] = [:]
    private var number = 0

    /// Flights that have passengers.
    var count: Int { flights.count }

    /// Seats a caller in the flights of the texts it wants, and opens one for those that have none. Texts differ.
    mutating func board(_ texts: [ExactText]) -> Boarding {
        var boarding = Boarding()
        var seats: [Int: Seat] = [:]
        var new: [ExactText] = []
        for text in texts {
            guard let (flight, place) = places[text] else {
                new.append(text)
                continue
            }
            let seat = seats[flight] ?? sit(in: flight)
            seats[flight] = seat
            boarding.shared.append((text, seat, place))
        }
        if new.isEmpty { return boarding }
        number += 1
        let flight = number
        flights[flight] = Flight(texts: new)
        for (place, text) in new.enumerated() { places[text] = (flight, place) }
        boarding.own = (sit(in: flight), new)
        return boarding
    }

    private mutating func sit(in flight: Int) -> Seat {
        number += 1
        flights[flight]?.passengers.updateValue(nil, forKey: number)
        return Seat(flight: flight, passenger: number)
    }

    /// Tells how to cancel a flight. Returns the way itself when the passengers have left meanwhile: use it then.
    mutating func began(_ flight: Int, cancel: @escaping @Sendable () -> Void) -> (@Sendable () -> Void)? {
        guard flights[flight] != nil else { return cancel }
        flights[flight]?.cancel = cancel
        return nil
    }

    /// A passenger waits. Returns the flight's vectors when it has ended already, or a cancellation when the seat is given
    /// up: wake the passenger then.
    mutating func wait(_ seat: Seat, wake: @escaping Wake) -> Vectors? {
        guard flights[seat.flight]?.passengers[seat.passenger] != nil else { return .failure(CancellationError()) }
        if let vectors = flights[seat.flight]?.vectors {
            leave(seat)
            return vectors
        }
        flights[seat.flight]?.passengers.updateValue(wake, forKey: seat.passenger)
        return nil
    }

    /// A passenger leaves before the end. Returns how to wake it when it waits, and how to cancel the flight when nobody is
    /// left in it. Leaving twice, or after the end, does nothing.
    mutating func abandon(_ seat: Seat) -> (wake: Wake?, cancel: (@Sendable () -> Void)?) {
        guard let flight = flights[seat.flight], let passenger = flight.passengers[seat.passenger] else {
            return (nil, nil)
        }
        leave(seat)
        let isEmpty = flights[seat.flight] == nil && flight.vectors == nil
        if isEmpty { forget(flight.texts, of: seat.flight) }
        return (passenger, isEmpty ? flight.cancel : nil)
    }

    /// A flight has ended. Returns how to wake those that wait; others find the vectors when they come to wait.
    mutating func end(_ flight: Int, _ vectors: Vectors) -> [Wake] {
        guard var ended = flights[flight] else { return [] }
        forget(ended.texts, of: flight)
        let wakes = ended.passengers.values.compactMap(\.self)
        ended.passengers = ended.passengers.filter { $0.value == nil }
        ended.vectors = vectors
        flights[flight] = ended.passengers.isEmpty ? nil : ended
        return wakes
    }

    private mutating func leave(_ seat: Seat) {
        flights[seat.flight]?.passengers.removeValue(forKey: seat.passenger)
        if flights[seat.flight]?.passengers.isEmpty == true { flights[seat.flight] = nil }
    }

    private mutating func forget(_ texts: [ExactText], of flight: Int) {
        for text in texts where places[text]?.flight == flight { places[text] = nil }
    }
}
