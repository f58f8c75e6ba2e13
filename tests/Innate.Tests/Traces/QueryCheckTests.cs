using Innate.Models;
using Innate.Tests.Support;

namespace Innate.Tests.Traces;

/// <summary>What a model cannot read is refused in one sentence, never cut short.</summary>
public class QueryCheckTests
{
    private static readonly int[] Some = [1, 2, 3];

    [Fact]
    public void A_path_beyond_the_context_is_refused_and_by_how_much_is_said()
    {
        InputException e = Refused(new TraceQuery(new int[500], [Some, new int[20]]));
        Assert.Contains("8 more than the model's context of 512", e.Message, StringComparison.Ordinal);
        using LanguageModel model = LanguageModel.Load(new ParityModel("llama").Folder);
        Assert.Equal(
            12, model.Trace([new TraceQuery([.. Enumerable.Repeat(4, 500)], [[.. Enumerable.Repeat(5, 12)]])])[0][0].Length);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(288)]
    [InlineData(int.MaxValue)]
    public void An_id_outside_the_vocabulary_is_refused_by_its_place(int id)
    {
        Assert.Contains("response: token 1", Refused(new TraceQuery(Some, [[5, id]])).Message, StringComparison.Ordinal);
        Assert.Contains("prompt: token 0", Refused(new TraceQuery([id], [Some])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Empty_parts_are_refused()
    {
        Assert.Contains("prompt", Refused(new TraceQuery([], [Some])).Message, StringComparison.Ordinal);
        Assert.Contains("response", Refused(new TraceQuery(Some, [[]])).Message, StringComparison.Ordinal);
        Assert.Contains("responses", Refused(new TraceQuery(Some, [])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void An_alpha_that_is_no_temperature_is_refused(double alpha)
    {
        using LanguageModel model = LanguageModel.Load(new ParityModel("llama").Folder);
        Assert.Throws<InputException>(() => model.Trace([new TraceQuery(Some, [Some])], alpha));
    }

    [Fact]
    public void A_classifier_has_no_traces_and_a_language_model_no_score()
    {
        using LanguageModel classifier = LanguageModel.Load(new ParityModel("qwen3-reward").Folder);
        using LanguageModel model = LanguageModel.Load(new ParityModel("llama").Folder);
        Assert.Throws<InputException>(() => classifier.Trace([new TraceQuery(Some, [Some])]));
        Assert.Throws<InputException>(() => model.Score([new TraceQuery(Some, [Some])]));
    }

    private static InputException Refused(TraceQuery query)
    {
        using LanguageModel model = LanguageModel.Load(new ParityModel("llama").Folder);
        return Assert.Throws<InputException>(() => model.Trace([new TraceQuery(Some, [Some]), query]));
    }
}
