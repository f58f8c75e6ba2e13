using System.Globalization;

namespace Innate.Models;

/// <summary>A range of token ids.</summary>
/// <param name="Start">The first.</param>
/// <param name="End">One past the last.</param>
public readonly record struct IdRange(int Start, int End)
{
    /// <summary>How many ids it holds.</summary>
    public int Count => End - Start;

    /// <summary>Whether it holds an id.</summary>
    public bool Contains(int id) => id >= Start && id < End;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Start} to {End - 1}");
}

/// <summary>
/// Which tokens may come at each place of a response, such as the codes of an image or of a sound. What may not come is left out
/// before the logsumexp, so that V, log-probability and entropy are of the policy that can sample nothing else.
/// </summary>
public sealed class AllowedIds
{
    private readonly IdRange[][] _places;

    /// <param name="places">The ranges of each place: at least one place, and at each at least one range.</param>
    /// <param name="repeats">
    /// Whether the places come again and again, as those of a frame do; else there is one for each of a response's tokens.
    /// </param>
    /// <exception cref="InputException">No place, a place without a range, or a range without an id.</exception>
    public AllowedIds(IReadOnlyList<IReadOnlyList<IdRange>> places, bool repeats)
    {
        if (places.Count == 0) throw new InputException("allowed: expected ranges for at least one place, found none.");
        (_places, Repeats) = ([.. places.Select(Joined)], repeats);
    }

    /// <summary>The ranges of each place: in order and apart.</summary>
    public IReadOnlyList<IReadOnlyList<IdRange>> Places => _places;

    /// <summary>Whether the places come again and again.</summary>
    public bool Repeats { get; }

    /// <summary>The same ranges at all places.</summary>
    /// <param name="ranges">At least one.</param>
    /// <exception cref="InputException">No range, or one without an id.</exception>
    public static AllowedIds Everywhere(params IReadOnlyList<IdRange> ranges) => new([ranges], repeats: true);

    /// <summary>The ranges at a place of a response.</summary>
    /// <param name="place">From 0.</param>
    public IReadOnlyList<IdRange> At(int place) => _places[place % _places.Length];

    /// <summary>Refuses a response that could not have been sampled, and ids that are not in a vocabulary.</summary>
    /// <param name="response">The response's ids.</param>
    /// <param name="vocabularySize">The number of token ids.</param>
    /// <param name="name">What a message calls the response.</param>
    /// <exception cref="InputException">The place, its id, and what may stand there.</exception>
    public void Require(ReadOnlySpan<int> response, int vocabularySize, string name = "the response")
    {
        if (!Repeats && response.Length != _places.Length)
        {
            throw new InputException(
                $"allowed: expected ranges for each of the {response.Length} tokens of {name}, found them for {_places.Length}");
        }

        foreach (IdRange range in _places.SelectMany(p => p))
        {
            if (range.End > vocabularySize)
            {
                throw new InputException(
                    $"allowed: expected ids below the vocabulary's {vocabularySize}, found the range {range}");
            }
        }

        for (int h = 0; h < response.Length; h++)
        {
            if (IndexAt(h, response[h]) >= 0) continue;
            throw new InputException(
                $"{name}: expected at position {h} an id of those allowed there ({string.Join(", ", At(h))}), "
                + $"found {response[h]}");
        }
    }

    /// <summary>The ids at a place of a response, counted.</summary>
    /// <param name="place">From 0.</param>
    internal int CountAt(int place) => At(place).Sum(r => r.Count);

    /// <summary>Where an id stands among those of a place; -1: not among them.</summary>
    /// <param name="place">From 0.</param>
    /// <param name="id">The id.</param>
    internal int IndexAt(int place, int id)
    {
        int before = 0;
        foreach (IdRange range in At(place))
        {
            if (range.Contains(id)) return before + id - range.Start;
            before += range.Count;
        }

        return -1;
    }

    // Ranges that overlap or touch become one: no id may count twice.
    private static IdRange[] Joined(IReadOnlyList<IdRange> ranges)
    {
        if (ranges.Count == 0) throw new InputException("allowed: expected at least one range of ids at each place, found none.");
        List<IdRange> joined = [];
        foreach (IdRange range in ranges.OrderBy(r => r.Start))
        {
            if (range.Start < 0 || range.End <= range.Start)
            {
                throw new InputException(
                    $"allowed: expected ranges [start, end] with 0 <= start < end, found [{range.Start}, {range.End}].");
            }

            if (joined.Count > 0 && range.Start <= joined[^1].End)
            {
                joined[^1] = new IdRange(joined[^1].Start, Math.Max(joined[^1].End, range.End));
            }
            else
            {
                joined.Add(range);
            }
        }

        return [.. joined];
    }
}
