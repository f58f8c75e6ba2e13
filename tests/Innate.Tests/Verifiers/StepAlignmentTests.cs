using FsCheck;
using FsCheck.Fluent;
using Innate.Verifiers;

namespace Innate.Tests.Verifiers;

/// <summary>GRACE's alignment against every alignment there is, its pairs and its decoding by hand.</summary>
public class StepAlignmentTests
{
    private const double Never = 2; // no cosine reaches it

    private static readonly Gen<(double[][] Similarity, int References, double Gap)> Cases =
        from n in Gen.Choose(0, 4) from m in Gen.Choose(0, 4) from gap in Gen.Choose(1, 12)
        from rows in Gen.Choose(0, 20).Select(s => s / 20.0).ArrayOf(m).ArrayOf(n)
        select (rows, m, gap / 10.0);

    [Fact]
    public void Without_a_threshold_no_alignment_is_cheaper() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Arb.From(Cases), c =>
        {
            StepAlignmentResult found = StepAlignment.Align(c.Similarity, c.References, c.Gap, Never);
            Assert.Equal(Cheapest(c.Similarity, c.References, c.Gap, 0, 0, (i, j) => 1 - c.Similarity[i][j]), found.Cost, 1e-9);
            Assert.Equal(found.Cost, CostOf(found.Columns, c.Gap, (i, j) => 1 - c.Similarity[i][j]), 1e-9);
        }));

    [Fact]
    public void With_one_no_alignment_is_cheaper_either_though_pairs_above_it_are_always_taken() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Arb.From(Cases), c =>
        {
            StepAlignmentResult found = StepAlignment.Align(c.Similarity, c.References, c.Gap);
            double Pair(int i, int j) => c.Similarity[i][j] >= StepAlignment.Threshold ? 0 : 1 - c.Similarity[i][j];
            Assert.Equal(found.Cost, CostOf(found.Columns, c.Gap, Pair), 1e-9);
            Assert.Equal(Cheapest(c.Similarity, c.References, c.Gap, 0, 0, Pair), found.Cost, 1e-9);

            // Every step stands in one column, in order.
            Assert.Equal(Enumerable.Range(0, c.Similarity.Length), found.Columns.Select(x => x.Student).OfType<int>());
            Assert.Equal(Enumerable.Range(0, c.References), found.Columns.Select(x => x.Reference).OfType<int>());
        }));

    [Fact]
    public void Of_equal_costs_a_pair_comes_first_then_the_students_step()
    {
        // 1 - 0 = 0.5 + 0.5: the pair.
        Assert.Equal([new AlignedSteps(0, 0)], StepAlignment.Align([[0]], 1).Columns);

        // Gaps are cheaper, in either order: going back the student's step is met first, so the reference's stands before it.
        Assert.Equal([new(null, 0), new(0, null)], StepAlignment.Align([[0]], 1, gap: 0.25).Columns);
        Assert.Empty(StepAlignment.Align([], 0).Columns);
        Assert.Equal(1.0, StepAlignment.Align([], 2).Cost);
        Assert.Throws<ArgumentException>(() => StepAlignment.Align([[1, 0]], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => StepAlignment.Align([[1]], 1, gap: -1));
    }

    [Fact]
    public void Pairs_stop_at_the_first_wrong_step_unless_it_is_kept()
    {
        AlignedSteps[] columns = [new(0, 0), new(1, 1), new(2, 2)];
        string[] student = ["1 + 1 = 2", "2 * 3 = 7", "7 - 1 = 5"], reference = ["1 + 1 = 2.0", "2 * 3 = 6", "6 - 1 = 5.5"];
        IReadOnlyList<StepPair> stops = StepPairs.Of(columns, student, reference);
        Assert.Equal([[student[0]], [reference[0]]], stops.Select(p => p.Prefix));
        Assert.All(stops, p => Assert.Equal((reference[1], student[1]), (p.Positive, p.Negative)));

        bool first = true;
        IReadOnlyList<StepPair> kept = StepPairs.Of(
            columns, student, reference, keepWrong: () => first && !(first = false));
        Assert.Equal([[student[0], student[1]], [reference[0], reference[1]]], kept.Select(p => p.Prefix));
        Assert.All(kept, p => Assert.Equal(student[2], p.Negative));
    }

    [Fact]
    public void A_step_too_many_is_wrong_beside_the_next_of_the_reference_and_at_the_end_beside_nothing()
    {
        AlignedSteps[] columns = [new(0, null), new(null, 0), new(1, 1), new(2, null)];
        IReadOnlyList<StepPair> found = StepPairs.Of(columns, ["x", "b", "y"], ["a", "b"]);
        StepPair only = Assert.Single(found);
        Assert.Empty(only.Prefix);
        Assert.Equal(("a", "x"), (only.Positive, only.Negative));
        Assert.Throws<ArgumentException>(() => StepPairs.Of([new(null, null)], [], []));
    }

    [Theory]
    [InlineData("3 * 4 = 12", "12.0 = 12", true)]
    [InlineData("3 * 4 = 12", "3 * 4 = 12.0009 apples", true)]
    [InlineData("3 * 4 = 12", "3 * 4 = 12.01", false)]
    [InlineData("a = 2, so b = 1,200", "b = 1200", true)]
    [InlineData("x = -5", "x = 5", false)]
    [InlineData("so twelve ", "so twelve", true)]
    [InlineData("so twelve", "x = 12", false)]
    [InlineData("= nothing", "= nothing else", false)]
    public void A_steps_result_is_the_number_after_its_equals_sign(string step, string other, bool same) =>
        Assert.Equal(same, StepResult.AreSame(step, other));

    [Fact]
    public void Beta_leads_from_the_models_choice_to_the_discriminators()
    {
        double[][] tokens = [[-0.1], [-2, -2], [-1]];
        double[] discriminator = [-1, 3, 0];
        Assert.Equal(0, GuidedStep.Choose(tokens, discriminator, 0).Chosen);
        Assert.Equal(1, GuidedStep.Choose(tokens, discriminator, 1).Chosen);
        Assert.Equal(0, GuidedStep.Choose(tokens, discriminator, 1, allAnswer: true).Chosen);
        Assert.Equal(1, GuidedStep.Choose(tokens, discriminator, 0.5).DiscriminatorShares.Sum(), 1e-12);
        Assert.Equal(0, GuidedStep.Choose([[-1], [-1]], [0, 0], 0.5).Chosen);
        Assert.Throws<ArgumentOutOfRangeException>(() => GuidedStep.Choose([[]], [1], 0.5));
        Assert.Throws<ArgumentException>(() => GuidedStep.Choose([[-1]], [1, 2], 0.5));
    }

    // Every alignment, one column after the other.
    private static double Cheapest(double[][] similarity, int references, double gap, int i, int j, Func<int, int, double> pair)
    {
        if (i == similarity.Length) return gap * (references - j);
        if (j == references) return gap * (similarity.Length - i);
        return Math.Min(
            pair(i, j) + Cheapest(similarity, references, gap, i + 1, j + 1, pair),
            gap + Math.Min(
                Cheapest(similarity, references, gap, i + 1, j, pair), Cheapest(similarity, references, gap, i, j + 1, pair)));
    }

    private static double CostOf(IEnumerable<AlignedSteps> columns, double gap, Func<int, int, double> pair) =>
        columns.Sum(c => c is { Student: int i, Reference: int j } ? pair(i, j) : gap);
}
