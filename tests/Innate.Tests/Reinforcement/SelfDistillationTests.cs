using FsCheck;
using FsCheck.Fluent;
using Innate.Compute;
using Innate.Reinforcement.Objectives;
using Innate.Tests.Support;
using static Innate.Tests.Reinforcement.ReferenceNumbers;

namespace Innate.Tests.Reinforcement;

public sealed class SelfDistillationTests
{
    private sealed record Rows(double[] Student, double[] Teacher);

    // Distinct by more than a step of the differences, so that the likeliest stay the likeliest.
    private static Gen<Rows> States =>
        from size in Gen.Choose(2, 6)
        from student in Gen.Shuffle(Enumerable.Range(0, 12).ToArray())
        from noise in Gen.ArrayOf(Gen.Choose(0, 99), size)
        from teacher in Gen.ArrayOf(Gen.Choose(-300, 300), size)
        select new Rows([.. student.Take(size).Zip(noise, (s, n) => (s / 3.0) + (n / 1000.0))], [.. teacher.Select(t => t / 100.0)]);

    [Theory]
    [InlineData(0)]
    [InlineData(0.25)]
    [InlineData(0.5)]
    [InlineData(1)]
    public void The_gradient_is_the_divergences_slope(double alpha)
    {
        Check.QuickThrowOnFailure(Prop.ForAll(States.ToArbitrary(), s =>
        {
            Matches(z => DistillationDivergence.Compute(alpha, z, s.Teacher));
            Matches(z => DistillationDivergence.OfTop(alpha, z, s.Teacher, 2));
            Matches(z => DistillationDivergence.OfTop(alpha, z, s.Teacher, 2, TailForm.Renormalized));

            void Matches(Func<double[], DivergenceResult> divergence)
            {
                DivergenceResult at = divergence(s.Student);
                Assert.True(at.Value >= -1e-14);
                Assert.Equal(0, at.LogitGradient.Sum(), 1e-12);
                CentralDifferences.Match(z => divergence(z).Value, s.Student, at.LogitGradient);
            }
        }));
    }

    [Fact]
    public void Divergences_by_their_definitions()
    {
        Check.QuickThrowOnFailure(Prop.ForAll(States.ToArbitrary(), s =>
        {
            double[] p = Softmax(s.Student), q = Softmax(s.Teacher), m = [.. p.Zip(q, (a, b) => (0.3 * a) + (0.7 * b))];
            Assert.Equal(Kl(q, p), DistillationDivergence.Compute(0, s.Student, s.Teacher).Value, 1e-12);
            Assert.Equal(Kl(p, q), DistillationDivergence.Compute(1, s.Student, s.Teacher).Value, 1e-12);
            double between = (0.3 * Kl(p, m)) + (0.7 * Kl(q, m));
            Assert.Equal(between, DistillationDivergence.Compute(0.7, s.Student, s.Teacher).Value, 1e-12);
        }));

        static double[] Softmax(double[] z) => [.. z.Select(x => Math.Exp(x) / z.Sum(Math.Exp))];

        static double Kl(double[] a, double[] b) => a.Zip(b, (x, y) => x * Math.Log(x / y)).Sum();
    }

    [Fact]
    public void Fewer_tokens_tell_no_more_and_all_tokens_tell_all()
    {
        Check.QuickThrowOnFailure(Prop.ForAll(States.ToArbitrary(), s =>
        {
            double all = DistillationDivergence.Compute(1, s.Student, s.Teacher).Value;
            Assert.True(DistillationDivergence.OfTop(1, s.Student, s.Teacher, 1).Value <= all + 1e-12);
            Assert.Equal(all, DistillationDivergence.OfTop(1, s.Student, s.Teacher, s.Student.Length).Value);
            Assert.Equal(0, DistillationDivergence.OfTop(1, s.Student, s.Teacher, 1, TailForm.Renormalized).Value, 1e-14);
        }));
    }

    [Fact]
    public void Feedback_that_changes_nothing_teaches_nothing()
    {
        double[][] logits = [[1, 0, -1], [0.25, 0.5, 3]];
        foreach (double alpha in new[] { 0, 0.5, 1 })
        {
            SdpoResult found = SdpoObjective.OfLogits(
                logits, logits, [-1, -2], [-1, -2], new(2, 1), new SdpoOptions { Alpha = alpha });
            Assert.Equal(0, found.Loss, 1e-15);
            Assert.All(found.LogitGradient.SelectMany(row => row), g => Assert.Equal(0, g, 1e-15));
        }

        PolicyResult sampled = SdpoObjective.Sampled([-1, -2], [-1, -2], [-3, -2], new(2, 1));
        Assert.Equal((0, 0, 0), (sampled.Loss, sampled.LogProbGradient[0], sampled.LogProbGradient[1]));
    }

    [Fact]
    public void The_sampled_form_is_the_full_forms_gradient_on_average()
    {
        Check.QuickThrowOnFailure(Prop.ForAll(States.ToArbitrary(), s =>
        {
            double[] l = LogitRow.LogProbabilities(s.Student), teacher = LogitRow.LogProbabilities(s.Teacher);
            double[] expected = new double[l.Length];
            for (int token = 0; token < l.Length; token++)
            {
                double slope = SdpoObjective.Sampled([l[token]], [teacher[token]], [l[token]], new(4, 2)).LogProbGradient[0];
                for (int v = 0; v < l.Length; v++)
                {
                    expected[v] += Math.Exp(l[token]) * slope * ((v == token ? 1 : 0) - Math.Exp(l[v]));
                }
            }

            SdpoResult full = SdpoObjective.OfLogits([s.Student], [s.Teacher], [-1], [-1], new(4, 2));
            AssertClose(expected, full.LogitGradient[0], 1e-12);
        }));
    }

    [Fact]
    public void A_ratio_weighs_no_more_than_its_cap_and_is_not_differentiated()
    {
        // Ratios e^0.5 and e: the second counts 2. Token mean over 4.
        PolicyResult sampled = SdpoObjective.Sampled([-1, -1], [-2, -0.5], [-1.5, -2], new(4, 2));
        AssertClose([Math.Exp(0.5) / 4, -0.5 * 2 / 4], sampled.LogProbGradient, 1e-12);
        Assert.Equal(1, sampled.Statistics.Clipped);
        double[][] student = [[1, 0], [1, 0]], teacher = [[0, 1], [0, 1]];
        SdpoResult full = SdpoObjective.OfLogits(student, teacher, [-1, -1], [-1.5, -2], new(4, 2));
        double divergence = DistillationDivergence.Compute(1, [1, 0], [0, 1]).Value;
        AssertClose([divergence, divergence], full.Divergences, 1e-15);
        Assert.Equal(divergence * (Math.Exp(0.5) + 2) / 4, full.Loss, 1e-12);
        SdpoResult top = SdpoObjective.OfLogits(
            student, teacher, [-1, -1], [-1, -1], new(2, 1), new SdpoOptions { Top = 1, Tail = TailForm.Renormalized });
        Assert.Equal(0, top.Loss, 1e-15);
    }

    [Fact]
    public void Logits_far_apart_stay_finite()
    {
        foreach (double alpha in new[] { 0, 0.5, 1 })
        {
            foreach (DivergenceResult found in new[]
            {
                DistillationDivergence.Compute(alpha, [2000, 0, -2000], [-2000, 0, 2000]),
                DistillationDivergence.OfTop(alpha, [2000, 0, -2000], [-2000, 0, 2000], 1),
            })
            {
                Assert.True(double.IsFinite(found.Value));
                Assert.All(found.LogitGradient, g => Assert.True(double.IsFinite(g)));
            }
        }
    }

    [Fact]
    public void Nobody_is_shown_their_own_success()
    {
        Assert.Equal([1, 2, 1, 1], SdpoFeedback.Demonstrations([0, 1, 1, 0.5]));
        Assert.Equal([null, 0, 0], SdpoFeedback.Demonstrations([1, 0, 0]));
        Assert.Equal(new int?[2], SdpoFeedback.Demonstrations([0, 0]));
        Assert.Equal([1, 0], SdpoFeedback.Demonstrations([0.5, 0.5], threshold: 0.5));
    }

    [Fact]
    public void Numbers_out_of_range_are_refused()
    {
        BatchTotals batch = new(1, 1);
        Assert.Throws<ArgumentException>(() => SdpoObjective.Sampled([-1], [-1], [-1], batch, new SdpoOptions { Alpha = 0.5 }));
        Assert.Throws<ArgumentException>(() => SdpoObjective.Sampled([-1], [], [-1], batch));
        Assert.Throws<ArgumentException>(() => SdpoObjective.OfLogits([[1, 2]], [[1, 2, 3]], [-1], [-1], batch));
        Assert.Throws<ArgumentOutOfRangeException>(() => DistillationDivergence.Compute(1.5, [1, 2], [1, 2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => DistillationDivergence.OfTop(1, [1, 2], [1, 2], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            SdpoObjective.Sampled([-1], [-1], [-1], batch, new SdpoOptions { RatioCap = 0 }));
    }
}
