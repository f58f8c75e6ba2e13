using FsCheck;
using FsCheck.Fluent;
using Innate.Extensions.AI;

namespace Innate.Tests.Extensions;

/// <summary>A stop sequence is cut off, however the text comes.</summary>
public sealed class StopTrimTests
{
    [Fact]
    public void Text_is_cut_at_the_first_stop_sequence_however_it_is_chopped()
    {
        Gen<string> letters = Gen.Elements("a", "b", "ab", "ba", "aab", "").ArrayOf().Select(string.Concat);
        Gen<string[]> chunks = letters.ArrayOf();
        Gen<string[]> stops = Gen.Elements("a", "aa", "ab", "bab", "abba").ArrayOf();
        Prop.ForAll(
            chunks.Zip(stops).ToArbitrary(),
            given =>
            {
                (string[] parts, string[] ends) = given;
                string whole = string.Concat(parts);

                // The shortest beginning of the text that ends with a stop sequence; the longest such sequence is cut off.
                int at = Enumerable.Range(0, whole.Length + 1)
                    .Select(end => ends.Where(s => whole[..end].EndsWith(s, StringComparison.Ordinal)).Select(s => end - s.Length)
                        .DefaultIfEmpty(-1).Min())
                    .FirstOrDefault(start => start >= 0, whole.Length);
                var trim = new StopTrim(ends);
                string passed = string.Concat(parts.Select(trim.Push)) + trim.Flush();
                return passed == whole[..at];
            }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void What_cannot_begin_a_stop_sequence_passes_at_once()
    {
        var trim = new StopTrim(["END"]);
        Assert.Equal("Hel", trim.Push("Hello"));
        Assert.Equal("lo ", trim.Push(" EN"));
        Assert.Equal("", trim.Push("D of"));
        Assert.Equal("", trim.Push("more") + trim.Flush());
        Assert.Equal("all", new StopTrim([]).Push("all"));
    }
}
