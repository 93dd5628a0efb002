package report

import (
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"eventsource-wasm/harness/conformance/catalogue"
)

// A Site is the web site that a page is made for. Such a page is for its readers, not for
// those who run the suite.
type Site struct {
	URL     string // of the list of reports
	Other   *Link  // to the same page in the other language
	Chinese bool

	Navigation template.HTML // links to the site's pages
	Cases      string        // URL below which each case has a page; "": none has
}

// A Link leads to another page. Its text is in a language, as in <html lang>.
type Link struct{ URL, Name, Language string }

// chinese has the names and meanings of labels, which are words of the suite and stay
// as they are where it names them.
var chinese = map[*label]struct{ word, name, meaning string }{
	passed:        {"通过", "通过", "实际结果与用例预期一致。"},
	flaky:         {"不稳定", "不稳定", "仅因超时失败，单独重新运行后通过，计为通过。"},
	failed:        {"失败", "失败", "实际结果与用例预期不一致。"},
	timedOut:      {"超时", "超时", "记录的开头与预期一致，但达到用例的时限时仍不完整。"},
	broken:        {"错误", "错误", "用例未能运行，不说明测试对象的任何问题。"},
	surprising:    {"意外通过", "意外通过", "用例通过了，但仍列为已知失败：清单需要更新。"},
	known:         {"已知", "已知失败", "用例失败，已列入已知失败清单并注明原因。"},
	recorded:      {"记录", "仅记录", "标准未作规定：记录并比较实际行为，但不作判定。"},
	notApplicable: {"不适用", "不适用", "该用例无法在此测试对象上运行。"},
	skipped:       {"跳过", "跳过", "该用例无法在任何浏览器中运行。"},
	notRun:        {"-", "未运行", "该测试对象未运行此用例。"},
}

// counted are the nouns of numbers in Chinese, with their measure words.
var counted = map[string]string{"case": "个用例", "target": "个测试对象", "result": "个结果"}

// Language returns the language of the page, as in <html lang>.
func (p *page) Language() string {
	if p.isChinese() {
		return "zh"
	}
	return "en"
}

func (p *page) isChinese() bool { return p.Site != nil && p.Site.Chinese }

// T returns a text in the language of the page.
func (p *page) T(english, chinese string) string {
	if p.isChinese() {
		return chinese
	}
	return english
}

// Mark returns the symbol and the word of a label.
func (p *page) Mark(l *label) struct{ Symbol, Word string } {
	return struct{ Symbol, Word string }{l.Symbol, p.T(l.Word, chinese[l].word)}
}

// Named returns the name of what was counted.
func (p *page) Named(c Count) string { return p.T(c.Name, chinese[c.label].name) }

// Meaning says what a label means.
func (p *page) Meaning(l *label) string { return p.T(l.Meaning, chinese[l].meaning) }

// Count returns a number and its noun.
func (p *page) Count(n int, noun string) string {
	return p.T(count(n, noun), fmt.Sprintf("%d %s", n, counted[noun]))
}

// A claim is what a case says. Requirements have no translation.
type claim struct {
	Chinese            bool // the page is
	Title, Requirement string
	Translated         string // the title in Chinese; "": there is none
}

// Claim returns what a case says.
func (p *page) Claim(id, title, requirement string) claim {
	return claim{p.isChinese(), title, requirement, catalogue.ChineseTitle(id)}
}

// GroupName returns what a group of cases is about: in Chinese, beside its id.
func (p *page) GroupName(group string) string { return p.T("", catalogue.ChineseGroup(group)) }

// When returns the time of the run in words.
func (p *page) When() string {
	took := (time.Duration(p.Milliseconds) * time.Millisecond).Round(time.Second).String()
	started := p.Started.UTC()
	return p.T(started.Format("2 January 2006, 15:04 UTC, in ")+took, started.Format("2006 年 1 月 2 日 15:04 UTC，耗时 ")+took)
}

// Limits says what the page leaves out.
func (p *page) Limits() string {
	return p.T(fmt.Sprintf("Transcripts are cut to %d lines of %d characters, and this page has at most %d MB of them. The JSON report has everything.",
		maxLines, maxColumn, maxTranscripts>>20),
		fmt.Sprintf("完整记录最多显示 %d 行、每行 %d 个字符，整页最多 %d MB；JSON 报告中有全部内容。", maxLines, maxColumn, maxTranscripts>>20))
}

// Mixed returns a warning if the targets were judged by different suites, or "".
func (p *page) Mixed() string {
	if mixed := Mixed(p.Report.Targets); mixed != "" {
		return p.T(mixed, "各测试对象使用的用例集版本不同")
	}
	return ""
}

// Altered returns the protocol unless it was HTTP/1.1, and how the browser was changed
// before the cases ran, as the end of a sentence, or "".
//
// On a site, an older browser that is emulated stands for the features that are hidden.
func (p *page) Altered(t Target) (words string) {
	if p.Site != nil && t.Emulates != "" {
		t.Hidden = nil
	}
	if !p.isChinese() {
		return t.Altered()
	}
	if t.Protocol != "" {
		words += "，经由 " + t.Protocol.Title()
	}
	if t.Emulates != "" {
		words += "，模拟 " + t.Emulates
	}
	if t.Hidden != nil {
		words += "，隐藏了 " + strings.Join(t.Hidden, "、")
	}
	return words
}

// Subject says what was judged: the title of the page for people.
func (p *page) Subject() string {
	var browsers, implementations []string
	for _, t := range p.Report.Targets {
		browser := t.Browser
		if t.Protocol != "" {
			browser += p.T(" over ", "，经由 ") + t.Protocol.Title()
		}
		if t.Emulates != "" {
			browser += p.T(" emulating ", " 模拟 ") + t.Emulates
		}
		if !slices.Contains(browsers, browser) {
			browsers = append(browsers, browser)
		}
		if !slices.Contains(implementations, t.Implementation) {
			implementations = append(implementations, t.Implementation)
		}
	}
	where := strings.Join(browsers, p.T(", ", "、"))
	inside := " 中的 "
	if len(browsers) > 3 {
		where = fmt.Sprintf(p.T("%d browsers", "%d 个浏览器"), len(browsers))
		inside = "中的 " // no space between two Chinese words
	}
	what := "EventSource"
	if len(implementations) == 1 {
		what += p.T(" ("+implementations[0]+")", "（"+implementations[0]+"）")
	}
	return p.T(what+" in "+where, where+inside+what)
}
