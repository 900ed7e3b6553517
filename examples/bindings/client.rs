//! Rust with extern "C", without a crate: rustc --edition 2021 -O client.rs && ./client REPLIES [--bench]. SPDX-License-Identifier: MIT
use std::os::raw::{c_char, c_int, c_void};
use std::{env, ffi::CStr, fs, process, ptr::null, time::Instant};

#[repr(C)]
#[derive(Clone, Copy, Default, PartialEq)]
struct Span(u32, u32);

/// As smtp5xx.h has it. A later library may know more fields: it fills those that this caller's size says.
#[repr(C)]
#[derive(Clone, Copy, Default, PartialEq)]
struct Verdict {
    size: u32, reason: u16, category: u8, claimed: u8, judged: u8, confidence: u8, basis: u8, stage: u8,
    code: u16, enhanced_class: u8, action: u8, subject: u16, detail: u16, rule: u32, provider: u16, blocklist: u16,
    retry_after: u32, size_limit: u32, flags: u32, words: Span, ip: Span, url: Span, new_address: Span, reference: Span,
}

/// The first fields by name, the others as numbers.
#[repr(C)]
#[derive(Clone, Copy, Default, PartialEq)]
struct Advice {
    size: u32, action: u8, more: [u8; 7], rest: [u32; 14],
}

type Name = unsafe extern "C" fn(u32) -> *const c_char;
#[link(name = "smtp5xx")]
extern "C" {
    fn smtp5xx_reason_name(id: u32) -> *const c_char;
    fn smtp5xx_action_name(id: u32) -> *const c_char;
    fn smtp5xx_basis_name(id: u32) -> *const c_char;
    fn smtp5xx_rule_name(id: u32) -> *const c_char;
    fn smtp5xx_provider_name(id: u32) -> *const c_char;
    fn smtp5xx_blocklist_name(id: u32) -> *const c_char;
    fn smtp5xx_diagnose(text: *const u8, length: usize, context: *const c_void, policy: *const c_void, reply: *const c_void,
        reply_size: usize, verdict: *mut Verdict, verdict_size: usize, advice: *mut Advice, advice_size: usize) -> c_int;
    fn smtp5xx_diagnose_batch(data: *const u8, size: usize, offsets: *const i32, count: usize, context: *const c_void,
        policy: *const c_void, verdicts: *mut Verdict, verdict_size: usize, advices: *mut Advice, advice_size: usize) -> c_int;
}

fn single(text: &[u8], v: &mut Verdict, a: &mut Advice) {
    unsafe { smtp5xx_diagnose(text.as_ptr(), text.len(), null(), null(), null(), 0, v, 80, a, 68) };
}

fn nanoseconds(count: usize, mut work: impl FnMut()) -> u128 {
    let mut spent = || {
        let begin = Instant::now();
        (0..5).for_each(|_| work());
        begin.elapsed().as_nanos()
    };
    (0..100).map(|_| spent()).min().unwrap() / 5 / count as u128
}

fn main() {
    let path = env::args().nth(1).expect("usage: client REPLIES [--bench]");
    let file = fs::read(&path).unwrap_or_else(|error| { eprintln!("{path}: {error}"); process::exit(2) });
    let text = String::from_utf8(file).expect("the replies of this example are UTF-8").replace("\\n", "\r");
    let replies: Vec<String> = text.lines().map(|line| line.replace('\r', "\n")).collect();
    let (data, count) = (replies.concat(), replies.len());
    let mut offsets = vec![0];
    replies.iter().for_each(|reply| offsets.push(offsets[offsets.len() - 1] + reply.len() as i32));
    let (mut verdicts, mut advices) = (vec![Verdict::default(); count], vec![Advice::default(); count]);
    let (mut v, mut a) = (Verdict::default(), Advice::default());
    let mut batch = || unsafe { smtp5xx_diagnose_batch(data.as_ptr(), data.len(), offsets.as_ptr(), count, null(), null(),
        verdicts.as_mut_ptr(), 80, advices.as_mut_ptr(), 68) };
    if env::args().nth(2).is_some() {
        let each = nanoseconds(count, || replies.iter().for_each(|text| single(text.as_bytes(), &mut v, &mut a)));
        return println!("{each}\t{}", nanoseconds(count, || { batch(); }));
    }
    batch();
    let name = |of: Name, id: u32| unsafe { CStr::from_ptr(of(id)).to_str().unwrap() };
    for (i, text) in replies.iter().enumerate() {
        single(text.as_bytes(), &mut v, &mut a);
        assert!(v == verdicts[i] && a == advices[i], "not the same: {text}");
        println!("{}\t{}\t{}\t{}\t{}.{}.{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}", name(smtp5xx_reason_name, v.reason.into()),
            name(smtp5xx_action_name, a.action.into()), v.confidence, v.code, v.enhanced_class, v.subject, v.detail,
            name(smtp5xx_basis_name, v.basis.into()), name(smtp5xx_rule_name, v.rule), name(smtp5xx_provider_name, v.provider.into()),
            name(smtp5xx_blocklist_name, v.blocklist.into()), v.retry_after, v.size_limit, v.words.0, v.words.1);
    }
}
