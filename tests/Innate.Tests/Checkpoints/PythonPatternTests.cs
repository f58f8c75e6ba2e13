using Innate.Checkpoints;

namespace Innate.Tests.Checkpoints;

/// <summary>Expected values are what Python's <c>re</c> says.</summary>
public class PythonPatternTests
{
    private const string Query = "model.layers.10.self_attn.q_proj";

    [Theory]
    [InlineData(@".*\.q_proj", true)]
    [InlineData("q_proj", false)]
    [InlineData(@"model\.layers\.\d{1,}\.self_attn\.(q|k)_proj\Z", true)]
    [InlineData(@"\Amodel.*[^]]q_proj", true)]
    [InlineData(@"model\.layers\.(?P<n>1)0\..*", true)]
    [InlineData(@"model\.layers\.(?P<n>1)(?P=n)\..*", false)]
    [InlineData(@"(?P<a>m)odel\.layers\.10\.self_attn\.q_proj(?P=a)?", true)]
    [InlineData(@"(?!.*vision).*(?:q_proj|v_proj)", true)]
    [InlineData(@"(?!.*self).*(?:q_proj|v_proj)", false)]
    [InlineData(@"model\.layers\.\d{,1}\.self_attn\.q_proj", false)]
    [InlineData(@"model\.layers\.\d{,2}\.self_attn\.q_proj", true)]
    [InlineData(@"MODEL.*", false)]
    [InlineData(@"(?i)MODEL.*", true)]
    [InlineData(@".*\bself\_attn\b.*", true)]
    [InlineData("model.layers.10.self_attn.q_proj|x", true)]
    [InlineData("", false)]
    public void A_whole_path_is_matched_as_by_fullmatch(string pattern, bool matches) =>
        Assert.Equal(matches, PythonPattern.Whole(pattern, "x").Matches(Query));

    [Theory]
    [InlineData("q_proj", true)]
    [InlineData("proj", false)]
    [InlineData("self_attn.q_proj", true)]
    [InlineData("^q_proj", false)]
    [InlineData("^model.layers.10.self_attn.q_proj", true)]
    [InlineData("^layers.10.self_attn.q_proj", false)]
    [InlineData(@"layers\.(1|2)\..*", false)]
    [InlineData(@"layers\.1[0-9]\..*", true)]
    [InlineData("k_proj|q_proj", true)]
    public void The_key_of_a_pattern_is_matched_as_peft_does(string key, bool matches) =>
        Assert.Equal(matches, PythonPattern.LastParts(key, "x").Matches(Query));

    [Theory]
    [InlineData("layers", 10)]
    [InlineData("[^.]*", 10)]
    [InlineData("h", null)]
    public void A_layers_number_stands_behind_its_name(string pattern, int? layer) =>
        Assert.Equal(layer, PythonPattern.Layer(pattern, "x").LayerOf(Query));

    [Fact]
    public void Nested_repeats_cost_no_more_than_their_length()
    {
        string path = new('a', 4000);
        Assert.False(PythonPattern.Whole("(a|aa|(a*)*)*b", "x").Matches(path));
        Assert.Contains("does not come to an end", Assert.Throws<InputException>(
            () => PythonPattern.Whole("(?=a)(a|aa|(a*)*)*b", "x").Matches(path)).Message, StringComparison.Ordinal);
    }
}
