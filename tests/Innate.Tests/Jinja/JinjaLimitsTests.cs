using Innate.Jinja;

namespace Innate.Tests.Jinja;

/// <summary>A template that wants too much is stopped soon, by count, with a sentence that names the limit.</summary>
public class JinjaLimitsTests
{
    private const string Grow = "{% set ns = namespace(x=START) %}{% for i in range(100000) %}{% set ns.x = STEP %}{% endfor %}";

    public static TheoryData<string, string> Bombs() => new()
    {
        { "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}", "10,000,000 steps" },
        { "{% for i in range(10**9) %}{% endfor %}", "limit is 100,000 items" },
        { "{{ 'a' * 10**9 }}", "16,777,216" },
        { "{{ 'ab' * 10**18 }}", "16,777,216" },
        { "{{ 'ab' * 10**30 }}", "unsupported" },
        { "{{ [0] * 10**9 }}", "10,000,000 steps" },
        { "{{ [1, 2] * 10**18 }}", "10,000,000 steps" },
        { "{{ 10**(10**9) }}", "4,300 digits" },
        { "{{ 9**(9**(9**9)) }}", "4,300 digits" },
        { "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "1,000 levels" },
        { "{% macro a() %}{{ caller() }}{% endmacro %}{% macro b() %}{% call a() %}{{ b() }}{% endcall %}{% endmacro %}{{ b() }}",
            "1,000 levels" },
        { "{% for i in [1] recursive %}{{ loop([1]) }}{% endfor %}", "1,000 levels" },
        { Grow.Replace("START", "'ab'").Replace("STEP", "ns.x + ns.x"), "16,777,216" },
        { Grow.Replace("START", "'ab'").Replace("STEP", "ns.x ~ ns.x"), "16,777,216" },
        { Grow.Replace("START", "[1]").Replace("STEP", "ns.x + ns.x"), "10,000,000 steps" },
        { Grow.Replace("START", "[1]").Replace("STEP", "[ns.x]") + "{{ ns.x }}", "levels" },
        { Grow.Replace("START", "[1]").Replace("STEP", "[ns.x]") + "{{ ns.x|tojson }}", "levels" },
        { Grow.Replace("START", "[1]").Replace("STEP", "[ns.x, ns.x]") + "{{ ns.x == [ns.x, ns.x] }}", "levels" },
        { "{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}",
            "10,000,000 steps" },
        { "{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x|tojson }}",
            "the limit is 16,777,216" },
        { "{{ ('a' * 15000000) ~ ('b' * 15000000) }}", "16,777,216" },
        { "{% for i in range(100000) %}{{ 'a' * 10000 }}{% endfor %}", "limit" },
        { "{{ ('a' * 100000)|replace('a', 'b' * 100000) }}", "16,777,216" },
        { "{{ ('a' * 100000).replace('', 'b' * 100000) }}", "16,777,216" },
        { "{{ 'a'.center(10**12) }}{{ 'a'|center(10**12) }}", "16,777,216" },
        { "{{ 'a'.zfill(10**12) }}", "16,777,216" },
        { "{{ 'x'|indent(10**12, true) }}", "16,777,216" },
        { "{{ '%1000000000d' % 1 }}", "16,777,216" },
        { "{{ '%.1000000000f' % 1 }}", "precision" },
        { "{{ '{:1000000000}'.format(1) }}", "16,777,216" },
        { "{{ [[1]]|tojson(indent=10**12) }}", "16,777,216" },
        { "{{ [1]|batch(10**12, 0)|list }}", "10,000,000 steps" },
        { "{{ [1]|slice(10**12)|list }}", "10,000,000 steps" },
        { "{{ ('a' * 1000)|join('b' * 1000000) }}", "16,777,216" },
        { "{% set x = 'a' * 1000000 %}{% for i in range(100000) %}{{ x|length }}{{ x|upper|length }}{% endfor %}",
            "10,000,000 steps" },
        { "{% set x = 'é😀' * 1000000 %}{% for i in range(100000) %}{{ x[5] }}{% endfor %}", "10,000,000 steps" },
        { "{% set x = range(100000)|list %}{% for i in x %}{% if -1 in x %}{% endif %}{% endfor %}", "10,000,000 steps" },
        { "{% set x = range(100000)|list %}{% for i in x %}{{ x|sort }}{% endfor %}", "10,000,000 steps" },
        { "{{ ([[]] * 100000)|map(attribute='7.' * 3000000)|list }}", "10,000,000 steps" },
        { "{{ ([5, 4, 3])|sort(attribute=',' * 7000000)|list }}", "10,000,000 steps" },
        { "{{ (['7' * 4000] * 50000)|map('int')|list|length }}", "10,000,000 steps" },
        { "{% set x = 'x' * 3000000 %}{{ x.endswith(('y' ~ x[:-1],) * 3000000) }}", "10,000,000 steps" },
        { "{{ ('b ' * 5000000)|wordwrap(1) }}", "10,000,000 steps" },
        { "{% macro " + new string('m', 5000) + "() %}{% endmacro %}{{ [" + new string('m', 5000) + "] * 900000 }}", "16,777,216" },
        { "{% set ns = namespace(x=2) %}{% for i in range(9) %}{% set ns.x = (ns.x, ns.x) %}{% endfor %}"
            + "{{ [ns.x] * 2000000 == [(ns.x[0], ns.x[1])] * 2000000 }}", "10,000,000 steps" },
        { "{% set ns = namespace(x=[1]) %}{% for i in range(100000) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x|map("
            + string.Concat(Enumerable.Repeat("'map', ", 2000)) + "'list')|list }}", "levels" },
        { "{{ ('<' * 9000000)|striptags|length }}{{ ('-' * 10)|list * 2000000 }}", "10,000,000 steps" },
        { "{{ (-2) ** (10 ** 12) }}", "4,300 digits" },
        { "{{ ['%.999f'] * 100000 % 1 }}", "unsupported" },
        { "{{ (['%.999f'] * 100000)|map('format', 0.1)|list }}", "10,000,000 steps" },
        { "{{ ('\\x01' * 9000000)|tojson }}", "16,777,216" },
        { "{{ ([1] * 100)|tojson(separators=('s' * 9000000, ':')) }}", "16,777,216" },
        { "{{ ('{a}' * 300000).format(**dict(range(80000)|map('string')|batch(2)), a=1) }}", "10,000,000 steps" },
        { "{% set x = 9**4000 %}{% for i in range(100000) %}{{ (x * 9 // 7)|string|length }}{% endfor %}", "10,000,000 steps" },
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    public void StopsABomb(string template, string expected)
    {
        JinjaException e = Templates.Fails(template);
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{ ", "(", "1", ")", " }}")]
    [InlineData("{{ ", "[", "1", "]", " }}")]
    [InlineData("{{ ", "{1:", "1", "}", " }}")]
    [InlineData("{{ ", "-", "1", "", " }}")]
    [InlineData("{{ ", "not ", "1", "", " }}")]
    [InlineData("{{ ", "1 if 1 else ", "1", "", " }}")]
    [InlineData("{{ ", "x(", "1", ")", " }}")]
    [InlineData("{{ ", "x[", "1", "]", " }}")]
    [InlineData("{{ ", "x|d(", "1", ")", " }}")]
    [InlineData("{{ ", "x is in ", "1", "", " }}")]
    [InlineData("{% set ", "(", "x", ")", " = 1 %}")]
    [InlineData("{% for ", "(", "x", ")", " in [] %}{% endfor %}")]
    [InlineData("", "{% if 1 %}", "", "{% endif %}", "")]
    [InlineData("", "{% for x in [1] %}", "", "{% endfor %}", "")]
    [InlineData("", "{% macro x() %}", "", "{% endmacro %}", "")]
    [InlineData("", "{% call x() %}", "", "{% endcall %}", "")]
    [InlineData("", "{% if 1 %}{% else %}", "", "{% endif %}", "")]
    [InlineData("{{ 1", " + 1", "", "", " }}")]
    [InlineData("{{ 1", " ~ 1", "", "", " }}")]
    [InlineData("{{ 1", " and 1", "", "", " }}")]
    [InlineData("{{ 1", " if 1", "", "", " }}")]
    [InlineData("{{ x", ".x", "", "", " }}")]
    [InlineData("{{ x", "|string", "", "", " }}")]
    [InlineData("{{ x", "|string()", "", "", " }}")]
    [InlineData("{{ x", "()", "", "", " }}")]
    [InlineData("{% filter upper", "|lower", "", "", " %}x{% endfilter %}")]
    [InlineData("{% set y | upper", "|lower", "", "", " %}x{% endset %}")]
    [InlineData("{{ x|a", ".a", "", "", " }}")]
    [InlineData("{{ 1", " < 2", "", "", " }}")]
    [InlineData("{{ x", " is defined", "", "", " }}")]
    public void NestingInTheSourceNeverOverflowsTheStack(string start, string open, string middle, string close, string end)
    {
        foreach (int depth in (int[])[150, 900, 5_000, 100_000])
        {
            string template = start + string.Concat(Enumerable.Repeat(open, depth)) + middle
                + string.Concat(Enumerable.Repeat(close, depth)) + end;
            // A thread with a small stack: the bounds hold with room to spare.
            Exception? escaped = null;
            var thread = new Thread(() => escaped = Record.Exception(() => Templates.Render(template, "{\"x\": {}}")), 1 << 20);
            thread.Start();
            thread.Join();
            if (escaped is not null) Assert.IsType<JinjaException>(escaped);
        }
    }

    [Theory]
    [InlineData("{{ ('ab' * 3000000).find('ab' * 500000 ~ 'a' ~ 'ab' * 500000) }}", "-1")]
    [InlineData("{{ ('ab' * 3000000).rfind('ab' * 500000 ~ 'a' ~ 'ab' * 500000) }}", "-1")]
    [InlineData("{{ 'ab' * 500000 ~ 'c' in 'ab' * 3000000 }}", "False")]
    [InlineData("{{ ('c' * 3000000)|trim('d' * 3000000 ~ 'c')|length }}", "0")]
    [InlineData("{{ dict(range(60000)|map('string')|map('int')|batch(2))|length }}", "30000")]
    [InlineData("{{ dict(range(60000)|batch(2)).items()|unique|list|length }}", "30000")]
    [InlineData("{% set ns = namespace(t=(0,)) %}{% for i in range(200) %}{% set ns.t = (ns.t, ns.t) %}{% endfor %}{{ {ns.t: 1}|length }}", "1")]
    [InlineData("{% set ns = namespace(d=[]) %}{% for i in range(2000) %}{% set ns.d = ns.d + [(10**400 + i, i)] %}{% endfor %}{{ dict(ns.d)|length }}", "2000")]
    [InlineData("{{ 'abc'|truncate(9223372036854775807) }}{{ 'abc'.zfill(-9223372036854775807 - 1) }}", "abcabc")]
    [InlineData("{{ '%.*f' % (-2147483649, 2.5) }} {{ '%*d|' % (-4, 7) }}", "2 7   |")]
    [InlineData("{{ ('z' * 5000)|int(3) }} {{ ('f' * 1000)|int(base=16) > 0 }}", "3 True")]
    [InlineData("{{ '{:b} {:o} {:x} {:,}'.format(10, 64, 255, 1234567) }}", "1010 100 ff 1,234,567")]
    public void WhatIsOnlyLargeIsRenderedInTime(string template, string expected) =>
        Assert.Equal(expected, Templates.Render(template));

    [Fact]
    public void ManyVariablesAreFoundAsQuicklyAsFew()
    {
        string template = string.Concat(Enumerable.Range(0, 40_000).Select(i => $"{{% set v{i}={i} %}}"));
        Assert.Equal("39999 0", Templates.Render(template + "{{ v39999 }} {{ v0 }}"));
    }

    [Fact]
    public void ASourceBeyondAllReasonIsNotRead() => Assert.Contains(
        "the limit is 1,048,576", Templates.Fails(new string('x', 1_048_577)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{{ raise_exception('no ' * 5000000) }}")]
    [InlineData("{{ none[('k' * 4000000)].x }}")]
    [InlineData("{{ {}['k' * 4000000] + 1 }}")]
    [InlineData("{{ [1]|map('f' * 4000000)|list }}")]
    public void AnErrorQuotesNoMoreThanASentenceCanHold(string template) =>
        Assert.InRange(Templates.Fails(template).Message.Length, 30, 400);

    [Fact]
    public void TheSentenceNamesTheParsersLimit() => Assert.Contains(
        "nested deeper than the limit of 200 levels",
        Templates.Fails("{{ " + new string('(', 100_000) + new string(')', 100_000) + " }}").Message,
        StringComparison.Ordinal);

    [Fact]
    public void AMacroMayCallItselfAsDeepAsASchemaNests()
    {
        const string macro = "{% macro m(n) %}{% if n > 0 %}({{ m(n - 1) }}){% endif %}{% endmacro %}";
        Assert.Equal(200, Templates.Render(macro + "{{ m(100) }}").Length);
    }
}
