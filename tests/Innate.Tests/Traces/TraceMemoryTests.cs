using System.Globalization;
using Innate.Models;
using Innate.Tests.Cli;
using Innate.Traces;

namespace Innate.Tests.Traces;

/// <summary>Traces that are kept: the same traces, each asked for once.</summary>
public sealed class TraceMemoryTests
{
    [Fact]
    public void What_was_asked_for_is_not_asked_for_again_and_comes_in_its_place()
    {
        Counted counted = new();
        TraceMemory memory = new(counted);
        TraceQuery first = new([1, 2], [[3, 4], [5], [3, 4]]), second = new([1, 2], [[5], [6, 7]]);
        Same(memory.Trace([first]), [first]);
        Assert.Equal(["1 2 > 3 4 @ 1", "1 2 > 5 @ 1"], counted.Asked);
        Same(memory.Trace([second, first]), [second, first]);
        Assert.Equal(3, counted.Asked.Count);
        Assert.Equal("1 2 > 6 7 @ 1", counted.Asked[^1]);

        // Another prompt with the same ids in all, and another temperature, are others.
        TraceQuery shifted = new([1], [[2, 5]]);
        Same(memory.Trace([shifted]), [shifted]);
        Assert.Equal("1 > 2 5 @ 1", counted.Asked[^1]);
        Assert.Equal(0.5, memory.Trace([shifted], alpha: 0.5)[0][0].Alpha);
        Assert.Equal("1 > 2 5 @ 0.5", counted.Asked[^1]);
        Assert.Equal((FakeEngineVocabulary, 48), (memory.VocabularySize, memory.MaxPositions));
    }

    [Fact]
    public void Those_that_were_needed_longest_ago_are_forgotten_first()
    {
        Counted counted = new();
        TraceMemory memory = new(counted, capacity: 9);
        TraceQuery a = new([1], [[2, 3]]), b = new([4], [[5, 6]]), c = new([7], [[8, 9]]), d = new([10], [[11, 12]]);
        foreach (TraceQuery query in (TraceQuery[])[a, b, c, a, d]) Same(memory.Trace([query]), [query]);
        Assert.Equal(4, counted.Asked.Count);
        Same(memory.Trace([a, c, d]), [a, c, d]);
        Assert.Equal(4, counted.Asked.Count);
        Same(memory.Trace([b]), [b]);
        Assert.Equal(5, counted.Asked.Count);
    }

    [Fact]
    public void What_the_source_refuses_it_refuses_and_keeps_nothing()
    {
        Counted counted = new();
        TraceMemory memory = new(counted);
        Assert.Throws<InputException>(() => memory.Trace([new TraceQuery([1], [])]));
        Assert.Throws<InputException>(() => memory.Trace([new TraceQuery([1], [[2]]), new TraceQuery([1], [[]])]));
        int before = counted.Asked.Count;
        Same(memory.Trace([new TraceQuery([1], [[2]])]), [new TraceQuery([1], [[2]])]);
        Assert.Equal(before + 1, counted.Asked.Count);
    }

    private static int FakeEngineVocabulary => new FakeModel().VocabularySize;

    private static void Same(IReadOnlyList<TokenTrace[]> traces, TraceQuery[] queries)
    {
        IReadOnlyList<TokenTrace[]> expected = new FakeModel().Trace(queries);
        Assert.Equal(expected.Count, traces.Count);
        foreach ((TokenTrace[] one, TokenTrace[] other) in expected.Zip(traces))
        {
            Assert.Equal(one.Select(t => t.Tokens), other.Select(t => t.Tokens));
            Assert.Equal(one.Select(t => t.V), other.Select(t => t.V));
        }
    }

    private sealed class Counted : ITraceSource
    {
        private readonly FakeModel _inner = new() { MaxPositions = 48 };

        public List<string> Asked { get; } = [];

        public int VocabularySize => _inner.VocabularySize;

        public int MaxPositions => _inner.MaxPositions;

        public IReadOnlyList<TokenTrace[]> Trace(
            IReadOnlyList<TraceQuery> queries, double alpha = 1, CancellationToken cancellation = default)
        {
            foreach (TraceQuery query in queries)
            {
                QueryCheck.Check(query, this);
                Asked.AddRange(query.Responses.Select(r => string.Create(
                    CultureInfo.InvariantCulture, $"{string.Join(' ', query.Prompt)} > {string.Join(' ', r)} @ {alpha}")));
            }

            return [.. _inner.Trace(queries, cancellation: cancellation).Select(t => t.Select(x => x with { Alpha = alpha }).ToArray())];
        }
    }
}
